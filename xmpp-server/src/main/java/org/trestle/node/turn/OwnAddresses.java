package org.trestle.node.turn;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.shell.ConsoleException;

/**
 * The addresses of this machine, looked up again and again: one that it gets later, by fail-over or from its network, is no
 * peer either. Any thread.
 */
final class OwnAddresses {
    private static final Logger log = LoggerFactory.getLogger(OwnAddresses.class);
    private static final long AGAIN_SECONDS = 10;

    private final RelayPlan plan;
    private final Consumer<Set<InetAddress>> changed;
    private Set<InetAddress> last;
    private volatile boolean stopped;

    private OwnAddresses(RelayPlan plan, Consumer<Set<InetAddress>> changed, Set<InetAddress> last) {
        this.plan = plan;
        this.changed = changed;
        this.last = last;
    }

    /** All of this moment that a relay with this plan must not take for somebody else's. */
    static Set<InetAddress> of(RelayPlan plan) throws ConsoleException {
        Set<InetAddress> own = new HashSet<>(plan.listen());
        RelayAddresses.ofThisMachine().stream()
                .filter(address -> !address.isLoopbackAddress())
                .forEach(own::add);
        own.addAll(relayed(plan));
        return own;
    }

    /** Those at which relayed ports are, or are seen from outside. */
    static Set<InetAddress> relayed(RelayPlan plan) {
        Set<InetAddress> relayed = new HashSet<>();
        for (InetAddress address : new InetAddress[] {plan.relayIpv4(), plan.relayIpv6(), plan.publicAddress()}) {
            if (address != null) {
                relayed.add(address);
            }
        }
        return relayed;
    }

    /** Tells when they are others than {@code first}, until {@link #stop}. */
    static OwnAddresses watch(RelayPlan plan, Set<InetAddress> first, Consumer<Set<InetAddress>> changed) {
        OwnAddresses watch = new OwnAddresses(plan, changed, first);
        watch.again();
        return watch;
    }

    private void again() {
        CompletableFuture.delayedExecutor(AGAIN_SECONDS, TimeUnit.SECONDS).execute(() -> {
            if (!stopped) {
                look();
                again();
            }
        });
    }

    /** Looks now; one look follows the other, so they are never two at once. */
    private void look() {
        try {
            Set<InetAddress> now = of(plan);
            if (!now.equals(last)) {
                last = now;
                changed.accept(now);
                log.info("this machine's addresses have changed; the relay takes all of these for its own: {}", now);
            }
        } catch (ConsoleException unusable) {
            log.debug("the relay goes on with the addresses that it knew: {}", unusable.getMessage());
        }
    }

    void stop() {
        stopped = true;
    }
}
