package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.TransportAddress;

final class ConnectionsTest {

    private final Connections connections = new Connections(new NetLimits(3, 2, 10, 30, 4096, 262_144, 16));

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

    private static TransportAddress client(int low, int port) {
        return new TransportAddress(0, TransportAddress.ipv4(low), port);
    }
}
