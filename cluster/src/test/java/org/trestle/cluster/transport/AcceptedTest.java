package org.trestle.cluster.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

final class AcceptedTest {
    private final Accepted accepted = new Accepted(2, 2);

    @Test
    void closesThePeersOldestConnectionForItsNewest() {
        EmbeddedChannel[] channels = {new EmbeddedChannel(), new EmbeddedChannel(), new EmbeddedChannel()};
        for (EmbeddedChannel channel : channels) {
            assertTrue(accepted.arrived(channel));
            accepted.known(Mesh.A, channel);
        }
        assertFalse(channels[0].isOpen());
        assertTrue(channels[1].isOpen() && channels[2].isOpen());
        assertEquals(2, accepted.count(Mesh.A));
        accepted.known(Mesh.B, new EmbeddedChannel());
        assertTrue(channels[1].isOpen(), "another peer's connections count for that peer");
    }

    @Test
    void takesOnlySoManyWhoAreNotKnownYet() {
        EmbeddedChannel first = new EmbeddedChannel();
        assertTrue(accepted.arrived(first));
        assertTrue(accepted.arrived(new EmbeddedChannel()));
        assertFalse(accepted.arrived(new EmbeddedChannel()));
        accepted.left(null, first);
        assertTrue(accepted.arrived(new EmbeddedChannel()));
    }

    @Test
    void forgetsWhoLeftAndClosesWhoIsRemoved() {
        EmbeddedChannel stays = new EmbeddedChannel();
        EmbeddedChannel leaves = new EmbeddedChannel();
        accepted.known(Mesh.A, stays);
        accepted.known(Mesh.A, leaves);
        accepted.left(Mesh.A, leaves);
        assertEquals(1, accepted.count(Mesh.A));
        accepted.close(Mesh.A);
        assertFalse(stays.isOpen());
        assertTrue(leaves.isOpen());
    }
}
