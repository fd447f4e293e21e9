package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError;

/** A full Jid is bound again on another node while stanzas are under way to the former session. */
final class MovedJidTest {
    private static final Jid BOB = Jid.of("bob@trestle.test/b");

    private TestCluster cluster;
    private Peer alice;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        alice = cluster.node(0).client("alice", "a");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    /** All that this peer has sent so far is on the bus, or further. */
    private static void sent(Peer peer) throws Exception {
        peer.on(() -> true);
    }

    @Test
    void whatIsOvertakenGoesBackToItsSender() throws Exception {
        Peer carol = cluster.node(0).client("carol", "c");
        cluster.node(1).client("bob", "b");
        cluster.node(1).jammed(true);
        alice.chat(BOB, "first");
        alice.send(Presence.of(Presence.Type.AVAILABLE, null, BOB));
        carol.chat(BOB, "from carol");
        sent(alice);
        sent(carol);
        Peer bob = cluster.node(2).client("bob", "b");
        alice.chat(BOB, "second");
        bob.expectMessage("second");
        cluster.node(1).jammed(false);
        alice.expectError(StanzaError.Condition.RECIPIENT_UNAVAILABLE, BOB.toString());
        // Whose stanzas were all under way has them in order, only later.
        bob.expectMessage("from carol");
        carol.chat(BOB, "again");
        bob.expectMessage("again");
        alice.chat(BOB, "third");
        bob.expectMessage("third");
        alice.expectNothing();
        assertEquals(
                1.0, cluster.node(2).counted("xmpp.route.dropped", "why", "overtaken"), "presence is a state: dropped");
    }

    @Test
    void afterAWhileNothingIsUnderWay() throws Exception {
        cluster.node(1).client("bob", "b");
        cluster.node(1).jammed(true);
        alice.chat(BOB, "first");
        sent(alice);
        Peer bob = cluster.node(2).client("bob", "b");
        alice.chat(BOB, "second");
        bob.expectMessage("second");
        cluster.timers.advance(Duration.ofSeconds(11));
        bob.on(() -> true);
        cluster.node(1).jammed(false);
        bob.expectMessage("first");
    }
}
