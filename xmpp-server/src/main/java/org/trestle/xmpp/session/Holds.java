package org.trestle.xmpp.session;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.time.Timers;

/**
 * Who asks one endpoint to send no more, and for how long it obeys. Reading stops while anybody asks, but not for longer than
 * {@link SessionLimits#hold}: after that it goes on, because the endpoint may have many receivers of which one is slow. What
 * was used of that time comes back at a tenth of the pace, so a source is never stopped for more than about a tenth of its
 * time by receivers that do not read, however many they are. Confined to the loop of the endpoint.
 */
final class Holds {
    /** How much slower than it is spent the time comes back. */
    private static final int REGAIN = 10;

    /** What {@link Holds} asks of its endpoint. */
    interface Reading {
        void reading(boolean on);

        void onLoop(Runnable task);
    }

    private final SessionContext context;
    private final Reading endpoint;
    private final Map<Object, Long> holders = new HashMap<>(4);
    private final long most;
    private long left;
    private long counted;
    private boolean stopped;
    private Timers.@Nullable Timer limit;

    Holds(SessionContext context, Reading endpoint) {
        this.context = context;
        this.endpoint = endpoint;
        this.most = context.limits().hold().toNanos();
        this.left = most;
        this.counted = context.nanos();
    }

    /** Whether reading is stopped. */
    boolean stopped() {
        return stopped;
    }

    void hold(Object holder) {
        if (holders.put(holder, context.nanos()) == null && !stopped) {
            stop();
        }
    }

    void release(Object holder) {
        if (holders.remove(holder) != null && holders.isEmpty()) {
            goOn();
        }
    }

    /** Forgets holders that asked longer ago than that: the word of another node to go on can be lost. */
    void forgetBefore(long nanos) {
        if (!holders.isEmpty() && holders.values().removeIf(since -> since - nanos < 0) && holders.isEmpty()) {
            goOn();
        }
    }

    /** The endpoint is gone. */
    void clear() {
        holders.clear();
        stopped = false;
        cancel();
    }

    private void stop() {
        settle();
        // Less than that is not worth two changes of the socket's interest.
        if (left < most / REGAIN) {
            context.meters().notHeld();
            return;
        }
        stopped = true;
        context.meters().held();
        limit = context.timers().after(Duration.ofNanos(left), () -> endpoint.onLoop(this::expired));
        endpoint.reading(false);
    }

    /** A timer that was cancelled too late finds that there is time left. */
    private void expired() {
        if (stopped) {
            settle();
            if (left <= 0) {
                context.meters().holdExpired();
                goOn();
            }
        }
    }

    private void goOn() {
        if (stopped) {
            settle();
            stopped = false;
            cancel();
            endpoint.reading(true);
        }
    }

    private void settle() {
        long now = context.nanos();
        long passed = now - counted;
        counted = now;
        left = stopped ? left - passed : Math.min(most, left + passed / REGAIN);
    }

    private void cancel() {
        Timers.Timer timer = limit;
        limit = null;
        if (timer != null) {
            timer.cancel();
        }
    }
}
