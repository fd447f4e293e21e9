package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0012 and XEP-0202 as dialogues. */
final class LastActivityTest {
    private static final String SERVER = TestCluster.DOMAIN;
    private static final String LAST = "<query xmlns='jabber:iq:last'/>";
    private static final String TABLE = "of-account.last-seen";

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        for (String name : List.of("alice", "bob")) {
            cluster.node(0)
                    .accounts
                    .add(name + "@" + SERVER, "one", false)
                    .toCompletableFuture()
                    .get(90, TimeUnit.SECONDS);
        }
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static String seconds(Asking asks, String to) throws Exception {
        return Objects.requireNonNull(asks.get(to, LAST).attribute("seconds"));
    }

    @Test
    void theServerTellsHowLongItRuns() throws Exception {
        cluster.timers.advance(Duration.ofSeconds(90));
        assertEquals("90", seconds(new Asking(cluster.node(1).client("alice", "a")), SERVER));
    }

    @Test
    void theServerTellsTheTime() throws Exception {
        cluster.timers.advance(Duration.ofSeconds(90).plusMillis(7));
        var time = new Asking(cluster.node(1).client("alice", "a")).get(SERVER, "<time xmlns='urn:xmpp:time'/>");
        assertEquals("+00:00", time.children().get(0).text());
        assertEquals("1970-01-01T00:01:30Z", time.children().get(1).text());
    }

    @Test
    void whoIsThereHasBeenAwayForNoTime() throws Exception {
        assertEquals("0", seconds(new Asking(cluster.node(1).client("alice", "a")), "alice@" + SERVER));
    }

    @Test
    void strangersLearnNothingNotEvenWhoExists() throws Exception {
        Asking asks = new Asking(cluster.node(1).client("alice", "a"));
        asks.refused(Iq.Type.GET, "bob@" + SERVER, LAST, Condition.FORBIDDEN);
        asks.refused(Iq.Type.GET, "nobody@" + SERVER, LAST, Condition.FORBIDDEN);
    }

    @Test
    void aResourceIsAskedByItsOwnAndNotByStrangers() throws Exception {
        Peer phone = cluster.node(1).client("alice", "phone");
        Asking stranger = new Asking(cluster.node(0).client("bob", "b"));
        stranger.refused(Iq.Type.GET, "alice@" + SERVER + "/phone", LAST, Condition.FORBIDDEN);
        stranger.refused(Iq.Type.GET, "alice@" + SERVER + "/nothing", LAST, Condition.FORBIDDEN);
        phone.expectNothing();
        Peer desk = cluster.node(0).client("alice", "desk");
        desk.send(Iq.of(Iq.Type.GET, null, phone.jid, "1", Element.parse(LAST)));
        phone.expectIq(Iq.Type.GET, "1");
    }

    @Test
    void theLastLogoutIsWrittenOnceForManyAndKnownToEveryNode() throws Exception {
        cluster.node(0).client("bob", "first").breaks();
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b");
        bob.breaks();
        assertEquals(List.of(), cluster.node(1).tables.rows(TABLE), "nothing yet: it is collected");
        cluster.timers.advance(Duration.ofSeconds(5));
        assertEquals(2, cluster.node(1).tables.rows(TABLE).size(), "alice's login, bob's logout");
        long version = cluster.node(1).tables.rows(TABLE).get(0).version();
        assertEquals(version, cluster.node(1).tables.rows(TABLE).get(1).version(), "one command");
        alice.breaks();
        cluster.timers.advance(Duration.ofSeconds(5));
        assertEquals(2, cluster.node(2).tables.rows(TABLE).size());
        cluster.timers.advance(Duration.ofSeconds(5));
        assertEquals(version + 2, next(), "and no more while nobody comes or goes");
    }

    /** One more than the index of the last entry; the entry between is the unbinding of alice. */
    private long next() {
        return cluster.node(0).tables.rows(TABLE).stream()
                .mapToLong(row -> row.version())
                .max()
                .orElseThrow();
    }

    @Test
    void aLogoutIsKnownOnEveryNodeAtOnceToThoseWhoMayKnow() throws Exception {
        Peer alice = cluster.node(1).client("alice", "a");
        Peer bob = cluster.node(0).client("bob", "b").available(0);
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, Jid.of("bob@" + SERVER)));
        bob.expectPresence(Presence.Type.SUBSCRIBE, Jid.of("alice@" + SERVER));
        bob.send(Presence.of(Presence.Type.SUBSCRIBED, null, Jid.of("alice@" + SERVER)));
        bob.closes();
        cluster.settle();
        cluster.timers.advance(Duration.ofSeconds(2));
        assertEquals("2", seconds(new Asking(alice), "bob@" + SERVER));
        cluster.timers.advance(Duration.ofMinutes(10));
        // Another connection, for the first one was silent so long that it is asked whether it lives.
        Asking later = new Asking(cluster.node(1).client("alice", "later"));
        assertEquals("602", seconds(later, "bob@" + SERVER), "when it is in the table alone");
    }

    @Test
    void whatALostNodeHadNoTimeToTellTheLeaderWritesDown() throws Exception {
        cluster.node(1).leads = true;
        cluster.node(0).client("bob", "b");
        cluster.kill(cluster.node(0));
        cluster.declareLost(cluster.node(0));
        cluster.timers.advance(Duration.ofSeconds(5));
        assertEquals(1, cluster.node(2).tables.rows(TABLE).size());
    }

    @Test
    void ofAnAccountThatIsGoneNothingIsKept() throws Exception {
        Peer bob = cluster.node(0).client("bob", "b");
        cluster.node(1).accounts.del("bob@" + SERVER).toCompletableFuture().get(90, TimeUnit.SECONDS);
        bob.ended();
        cluster.timers.advance(Duration.ofSeconds(10));
        assertEquals(List.of(), cluster.node(2).tables.rows(TABLE));
    }
}
