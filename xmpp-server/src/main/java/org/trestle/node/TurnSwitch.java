package org.trestle.node;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.Drain;
import org.trestle.node.turn.NodeRelay;

/** Turns this node's relay on and off and moves it: one change after the other, on threads that may block. */
final class TurnSwitch {
    private static final Logger log = LoggerFactory.getLogger(TurnSwitch.class);

    private final TurnService.Parts parts;
    private final TurnConfig config;
    private final TurnStart starts;
    private final TurnIdentity identity;
    private final Supplier<String> realm;
    private final Drain drain;

    /** Held while the relay is changed; nothing on an event loop ever takes it. */
    private final ReentrantLock order = new ReentrantLock();

    private final ExecutorService later = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "turn-changes");
        thread.setDaemon(true);
        return thread;
    });
    private volatile TurnState state;
    private volatile @Nullable NodeRelay relay;
    private volatile @Nullable String failure;

    /** @param realm the one that counts at each moment */
    TurnSwitch(
            TurnService.Parts parts, TurnStart starts, TurnIdentity identity, Supplier<String> realm, TurnState state) {
        this.parts = parts;
        this.config = parts.config().turn();
        this.starts = starts;
        this.identity = identity;
        this.realm = realm;
        this.state = state;
        this.drain = new Drain(parts.timers(), parts.relays(), () -> later(this::stopDrained));
    }

    /** Does {@code task} after what is being done; from any thread, without waiting. */
    void later(Runnable task) {
        try {
            later.execute(task);
        } catch (RejectedExecutionException stopping) {
            log.debug("a change of the relay came while the node stops");
        }
    }

    /** A change of the relay. */
    @FunctionalInterface
    private interface Step {
        void take() throws ConsoleException;
    }

    private void inOrder(Step step) throws ConsoleException {
        order.lock();
        try {
            step.take();
        } finally {
            order.unlock();
        }
    }

    /** The relay that runs now, or null. */
    @Nullable
    NodeRelay relay() {
        return relay;
    }

    /** Why it did not start the last time, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    /** What it is to be like. */
    TurnState state() {
        return state;
    }

    Drain draining() {
        return drain;
    }

    boolean enabled() {
        return enabled(state);
    }

    private boolean enabled(TurnState now) {
        return now.enabled() == null ? config.enabled() : now.enabled();
    }

    /** Starts with the node; a port that is taken keeps the relay off, and nothing else. */
    void begin() {
        if (!enabled(state)) {
            return;
        }
        try {
            inOrder(() -> start(state));
        } catch (ConsoleException refused) {
            log.error(
                    "the TURN relay does not start: {}; XMPP goes on. \"turn enable\" tries again",
                    refused.getMessage());
        }
    }

    /** Brings the relay to {@code after}; when that fails it is as it was. */
    void change(TurnState after) throws ConsoleException {
        inOrder(() -> changeTo(after));
    }

    private void changeTo(TurnState after) throws ConsoleException {
        TurnState before = state;
        identity.load(after);
        boolean moves = !Objects.equals(before.listen(), after.listen())
                || !Objects.equals(before.tlsPort(), after.tlsPort())
                || !Objects.equals(before.publicAddress(), after.publicAddress());
        if (moves) {
            starts.plan(after);
            stop("the relay moves to other addresses");
        }
        state = after;
        if (!enabled(after)) {
            return;
        }
        try {
            start(after);
        } catch (ConsoleException refused) {
            state = before;
            goBack(before, refused);
            throw refused;
        }
    }

    /** What counts is why the change failed, also when the relay did not run before it for a reason of its own. */
    private void goBack(TurnState before, ConsoleException refused) {
        if (!enabled(before)) {
            return;
        }
        try {
            start(before);
        } catch (ConsoleException also) {
            refused.addSuppressed(also);
        }
    }

    /** The node has other certificates, or the cluster another realm. */
    void refresh() {
        try {
            inOrder(() -> {
                identity.load(state);
                NodeRelay running = relay;
                if (running != null && !running.realm().equals(realm.get())) {
                    log.info("the realm is {} now: the relay starts anew", realm.get());
                    stop("the realm has changed");
                    start(state);
                }
            });
        } catch (ConsoleException unusable) {
            log.warn("the TURN relay stays as it is: {}", unusable.getMessage());
        }
    }

    private void start(TurnState now) throws ConsoleException {
        if (relay != null) {
            return;
        }
        try {
            relay = starts.relay(now, realm.get(), drain);
            failure = null;
        } catch (ConsoleException refused) {
            failure = String.valueOf(refused.getMessage());
            throw refused;
        }
    }

    private void stop(String why) throws ConsoleException {
        NodeRelay running = relay;
        if (running != null) {
            relay = null;
            TurnStart.await(running.stop(why));
            log.info("the TURN relay has stopped: {}", why);
        }
    }

    private void stopDrained() {
        try {
            inOrder(() -> {
                if (drain.draining()) {
                    stop("drained");
                }
            });
        } catch (ConsoleException stuck) {
            log.warn("the TURN relay did not stop in good order: {}", stuck.getMessage());
        }
    }

    /** Takes no new allocations, and stops when none is left or after {@code most}. */
    void drain(Duration most) throws ConsoleException {
        inOrder(() -> {
            NodeRelay running = relay;
            if (running == null) {
                return;
            }
            int left = running.quotas().total();
            if (most.isZero() || left == 0) {
                drain.begin(running.quotas()::total, Duration.ZERO);
                stop("disabled");
                return;
            }
            log.info("the TURN relay takes no new allocations; {} remain", left);
            drain.begin(running.quotas()::total, most);
        });
    }

    /** Starts when it does not run, and takes new allocations again. */
    void resume() throws ConsoleException {
        inOrder(() -> {
            drain.end();
            start(state);
        });
    }

    void restart() throws ConsoleException {
        inOrder(() -> {
            stop("restarted");
            drain.end();
            start(state);
        });
    }

    /** Waits for allocations as long as the configuration says; new ones are refused meanwhile. */
    void finish() {
        NodeRelay running = relay;
        if (running == null || config.drain().isZero() || running.quotas().total() == 0) {
            return;
        }
        log.info(
                "waiting up to {} s for {} allocations to end",
                config.drain().toSeconds(),
                running.quotas().total());
        CountDownLatch over = new CountDownLatch(1);
        Drain waiting = new Drain(parts.timers(), parts.relays(), over::countDown);
        drain.begin(running.quotas()::total, config.drain());
        waiting.begin(running.quotas()::total, config.drain());
        try {
            over.await(config.drain().plus(TurnStart.PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        waiting.end();
    }

    /** Nothing is done later from now on; what has begun is interrupted. */
    void noMore() {
        later.shutdownNow();
    }

    void close() throws ConsoleException {
        inOrder(() -> stop("the node stops"));
    }
}
