package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.TransportAddress;

final class ConnectionsTest {

    private long now;
    private final Connections connections =
            new Connections(new NetLimits(3, 2, 10, 30, 4096, 262_144, 16, 100), () -> now);

    @Test
    void countsTogetherAndPerAddress() {
        assertNull(connections.take(client(1, 1)));
        assertNull(connections.take(client(1, 2)));
        assertEquals(NetCounters.Count.REFUSED_PER_ADDRESS, connections.take(client(1, 3)));
        assertNull(connections.take(client(2, 1)));
        assertEquals(NetCounters.Count.REFUSED_TOTAL, connections.take(client(3, 1)));
        connections.giveBack(client(1, 2));
        assertNull(connections.take(client(1, 4)));
        assertEquals(3, connections.total());
    }

    @Test
    void movesToTheOneBehindTheProxy() {
        assertNull(connections.take(client(9, 1)));
        assertTrue(connections.move(client(9, 1), client(1, 1)));
        assertNull(connections.take(client(1, 2)));
        assertNull(connections.take(client(9, 2)));
        assertFalse(connections.move(client(9, 2), client(1, 3)));
        connections.giveBack(client(1, 1));
        connections.giveBack(client(1, 2));
        connections.giveBack(client(9, 2));
        assertEquals(0, connections.total());
        assertNull(connections.take(client(1, 1)));
        assertNull(connections.take(client(1, 2)));
    }

    @Test
    void whatIsRefusedIsSaidOnceAMinuteWithTheAddressAndTheOption() {
        NetCounters.Count count = NetCounters.Count.REFUSED_PER_ADDRESS;
        String line = connections.line(count, client(0x0a000001, 1));
        assertNotNull(line);
        assertTrue(line.startsWith("connection refused client=10.0.0.1: this address has 2 connections"), line);
        assertTrue(line.contains("trestle.turn.limits.connections-per-address"), line);
        assertNull(connections.line(count, client(0x0a000001, 2)));
        assertNull(connections.line(NetCounters.Count.REFUSED_TOTAL, client(0x0a000002, 2)));
        now += Connections.SAID_AGAIN_NANOS;
        String next = connections.line(NetCounters.Count.REFUSED_TOTAL, client(0x0a000002, 3));
        assertNotNull(next);
        assertTrue(next.contains("there are 3 connections already"), next);
        assertTrue(next.endsWith("(2 more were refused since the last line)"), next);
    }

    @Test
    void anIpv6SubscriberIsOneAddress() {
        assertNull(connections.take(new TransportAddress(0x2a01_04f8_0001_0002L, 1, 1)));
        assertNull(connections.take(new TransportAddress(0x2a01_04f8_0001_0002L, 2, 1)));
        assertEquals(
                NetCounters.Count.REFUSED_PER_ADDRESS,
                connections.take(new TransportAddress(0x2a01_04f8_0001_0002L, 3, 1)));
        assertNull(connections.take(new TransportAddress(0x2a01_04f8_0001_0003L, 1, 1)));
    }

    private static TransportAddress client(int low, int port) {
        return new TransportAddress(0, TransportAddress.ipv4(low), port);
    }
}
