package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AcceptGuardTest {
    private final StreamCounters counters = new StreamCounters();
    private final EmbeddedChannel port = new EmbeddedChannel(new AcceptGuard(counters));

    private void fails() {
        port.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertFalse(port.config().isAutoRead(), "the port goes on trying");
    }

    private void restsFor(Duration rest) {
        port.advanceTimeBy(rest.toMillis() - 1, TimeUnit.MILLISECONDS);
        port.runScheduledPendingTasks();
        assertFalse(port.config().isAutoRead(), "the port has not rested for " + rest);
        port.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        port.runScheduledPendingTasks();
        assertTrue(port.config().isAutoRead(), "the port still rests after " + rest);
    }

    @Test
    void aPortThatCannotTakeConnectionsRestsLongerEachTime() {
        port.freezeTime();
        for (Duration rest = AcceptGuard.SHORTEST_REST;
                rest.compareTo(AcceptGuard.LONGEST_REST) < 0;
                rest = rest.multipliedBy(2)) {
            fails();
            restsFor(rest);
        }
        fails();
        restsFor(AcceptGuard.LONGEST_REST);
        fails();
        restsFor(AcceptGuard.LONGEST_REST);
        assertEquals(8, counters.total(StreamCounters.Event.ACCEPT_FAILED));
        port.writeInbound("a connection");
        assertNotNull(port.readInbound());
        fails();
        restsFor(AcceptGuard.SHORTEST_REST);
    }

    @Test
    void severalFailuresAtOnceAreOneRest() {
        port.freezeTime();
        fails();
        fails();
        restsFor(AcceptGuard.SHORTEST_REST);
        fails();
        restsFor(AcceptGuard.SHORTEST_REST.multipliedBy(2));
    }

    @Test
    void mistakesOfOursAreNotHidden() {
        port.pipeline().fireExceptionCaught(new IllegalStateException("a mistake"));
        assertThrows(IllegalStateException.class, port::checkException);
        assertTrue(port.config().isAutoRead());
    }
}
