package org.trestle.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Two call bridges that send each other a message every few milliseconds, and go to the next node when they lose theirs,
 * as the real ones do.
 */
final class Pulse implements AutoCloseable {
    private static final long EVERY_MILLIS = 10;

    /** One of the two. */
    private static final class End {
        private final String domain;
        private final String secret;
        private final List<InetSocketAddress> nodes;
        private int next;
        private @Nullable TestComponent component;
        private final AtomicInteger received = new AtomicInteger();

        private End(String domain, String secret, List<InetSocketAddress> nodes) {
            this.domain = domain;
            this.secret = secret;
            this.nodes = nodes;
        }

        private void beat(String peer, int number) {
            TestComponent connected = component;
            try {
                if (connected == null || !connected.open()) {
                    connected = TestComponent.connect(nodes.get(next++ % nodes.size()), domain, secret);
                    connected.onStanza(this::heard);
                    component = connected;
                }
                connected.message(peer, "p" + number, "pulse");
            } catch (IOException lost) {
                component = null;
            }
        }

        private void heard(TestComponent.Received stanza) {
            if (stanza.text().equals("pulse") && !"error".equals(stanza.type())) {
                received.incrementAndGet();
            }
        }
    }

    private final List<End> ends;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

    /** {@code ends}: first and second bridge, each with its nodes in the order it tries them. */
    Pulse(
            String firstSecret,
            List<InetSocketAddress> firstNodes,
            String secondSecret,
            List<InetSocketAddress> secondNodes) {
        End first = new End("cb1." + TestCluster.DOMAIN, firstSecret, firstNodes);
        End second = new End("cb2." + TestCluster.DOMAIN, secondSecret, secondNodes);
        ends = List.of(first, second);
        AtomicInteger number = new AtomicInteger();
        timer.scheduleWithFixedDelay(
                () -> first.beat(second.domain, number.incrementAndGet()), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(
                () -> second.beat(first.domain, number.incrementAndGet()), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Waits until both have received {@code count} messages more. */
    void awaitBoth(int count, java.time.Duration limit) {
        int first = ends.get(0).received.get();
        int second = ends.get(1).received.get();
        Await.untilTrue(
                limit,
                () -> "both bridges exchange messages",
                () -> ends.get(0).received.get() >= first + count
                        && ends.get(1).received.get() >= second + count);
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        for (End end : ends) {
            TestComponent component = end.component;
            if (component != null) {
                component.close();
            }
        }
    }
}
