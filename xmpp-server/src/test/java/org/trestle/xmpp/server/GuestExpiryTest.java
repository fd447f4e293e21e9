package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.stream.StreamError;

/** Time is moved by the test, and the log applies everything before a commit returns: nothing here depends on speed. */
final class GuestExpiryTest {
    private static final String GUEST = "guest@" + TestCluster.DOMAIN;
    private static final Duration HOUR = Duration.ofHours(1);

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        guest(GUEST, HOUR);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private void guest(String jid, Duration life) throws Exception {
        TestCluster.Node node = cluster.node(0);
        got(node.accounts.addGuest(jid, "one", cluster.timers.now().plus(life)));
        got(node.tables.commit(
                Change.of().put("of-account.things", jid + "/1", new byte[1]).build()));
    }

    @Test
    void aGuestVanishesOnTimeOnEveryNode() throws Exception {
        cluster.node(1).leads = true;
        cluster.timers.advance(HOUR.minusSeconds(1));
        assertTrue(cluster.node(0).accounts.exists(GUEST));
        Peer guest = cluster.node(2).client("guest", "g").expectNothing();
        cluster.timers.advance(Duration.ofSeconds(1));
        for (TestCluster.Node node : cluster.nodes) {
            assertFalse(node.accounts.exists(GUEST));
            assertEquals(List.of(), node.tables.rows("of-account.things"));
        }
        StreamError error = guest.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, error.condition());
        assertEquals(1, cluster.node(1).counted("xmpp.guests.removed"));
        assertEquals(0, cluster.node(0).counted("xmpp.guests.removed"), "the leader alone");
    }

    @Test
    void whatALostLeaderLeavesTheOthersRemove() throws Exception {
        cluster.node(0).leads = true;
        cluster.kill(cluster.node(0));
        cluster.timers.advance(HOUR);
        assertTrue(cluster.node(1).accounts.exists(GUEST), "the others give the leader a moment");
        cluster.timers.advance(GuestExpiry.PATIENCE);
        assertFalse(cluster.node(1).accounts.exists(GUEST));
        assertFalse(cluster.node(2).accounts.exists(GUEST));
        cluster.log().cut(cluster.node(0).id, false);
        assertFalse(cluster.node(0).accounts.exists(GUEST), "as soon as it hears of the others");
    }

    @Test
    void theNextLeaderGoesOn() throws Exception {
        cluster.node(0).leads = true;
        cluster.node(0).serve(false);
        cluster.timers.advance(HOUR);
        cluster.node(1).leads = true;
        cluster.timers.advance(Duration.ofSeconds(1));
        assertFalse(cluster.node(2).accounts.exists(GUEST));
    }

    @Test
    void whoseTimePassedWhileNoNodeServedGoesWhenOneServesAgain() throws Exception {
        cluster.nodes.forEach(node -> node.serve(false));
        cluster.timers.advance(HOUR.multipliedBy(3));
        assertTrue(cluster.node(0).accounts.exists(GUEST));
        cluster.node(0).leads = true;
        cluster.nodes.forEach(node -> node.serve(true));
        cluster.timers.advance(Duration.ofSeconds(1));
        assertFalse(cluster.node(0).accounts.exists(GUEST));
    }

    @Test
    void manyThatEndAtOnceAllGo() throws Exception {
        for (int i = 0; i < 40; i++) {
            guest("many" + i + "@" + TestCluster.DOMAIN, HOUR);
        }
        guest("later@" + TestCluster.DOMAIN, HOUR.multipliedBy(2));
        cluster.node(0).leads = true;
        cluster.timers.advance(HOUR);
        assertEquals(1, cluster.node(2).accounts.list().size());
        assertEquals(1, cluster.node(2).tables.rows("of-account.things").size());
    }

    @Test
    void theLeaderSweepsUpWhatWasWrittenTooLate() throws Exception {
        CompletableFuture<Void> gone = new CompletableFuture<>();
        cluster.node(2).tables.watch("of-account.late", (before, after) -> {
            if (after == null) {
                gone.complete(null);
            }
        });
        got(cluster.node(0)
                .tables
                .commit(Change.of()
                        .put("of-account.late", "former@" + TestCluster.DOMAIN, new byte[1])
                        .build()));
        cluster.node(1).leads = true;
        cluster.timers.advance(GuestExpiry.SWEEP);
        got(gone);
        assertEquals(1, cluster.node(2).tables.rows("of-account.things").size(), "of a guest who is still there");
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
