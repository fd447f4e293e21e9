package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.session.ConflictPolicy;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.BindResult;
import org.trestle.xmpp.stream.StreamError;

/** What the operator decides about sessions: resources that are taken, domains that go, clients that are to go elsewhere. */
final class SessionPoliciesTest {
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private void commit(Change.Builder change) throws Exception {
        cluster.node(0)
                .tables
                .commit(change.build())
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void policy(ConflictPolicy policy) throws Exception {
        commit(Change.of().put("settings", ConflictPolicy.SETTING, policy.word().getBytes(StandardCharsets.UTF_8)));
    }

    private BindResult bind(TestCluster.Node node, String resource) throws Exception {
        return new Peer(cluster.loop(), BareJid.of("alice@trestle.test")).bind(node, resource);
    }

    @Test
    void aResourceThatIsTakenIsRefused() throws Exception {
        policy(ConflictPolicy.REFUSE);
        Peer alice = cluster.node(0).client("alice", "a");
        StanzaError error = assertInstanceOf(BindResult.Refused.class, bind(cluster.node(1), "a"))
                .error();
        assertEquals(StanzaError.Condition.CONFLICT, error.condition());
        alice.expectNothing();
        assertInstanceOf(BindResult.Bound.class, bind(cluster.node(1), "b"));
    }

    @Test
    void aSessionWithoutConnectionIsInNobodysWay() throws Exception {
        policy(ConflictPolicy.REFUSE);
        Peer alice = cluster.node(0).client("alice", "a");
        assertNotNull(alice.enable(true, 0));
        alice.breaks();
        assertInstanceOf(BindResult.Bound.class, bind(cluster.node(0), "a"));
    }

    @Test
    void aResourceThatIsTakenIsReplacedByOneThatBeginsAlike() throws Exception {
        policy(ConflictPolicy.RENAME);
        Peer alice = cluster.node(0).client("alice", "a");
        FullJid jid = assertInstanceOf(BindResult.Bound.class, bind(cluster.node(1), "a"))
                .jid();
        assertTrue(jid.resource().startsWith("a-"), jid::toString);
        alice.expectNothing();
        String longest = "x".repeat(1023);
        assertInstanceOf(BindResult.Bound.class, bind(cluster.node(0), longest));
        jid = assertInstanceOf(BindResult.Bound.class, bind(cluster.node(0), longest))
                .jid();
        assertFalse(jid.resource().startsWith("x"), jid::toString);
    }

    /** Another node's claim is in the log, and this one has not heard of it when it decides. */
    @ParameterizedTest
    @EnumSource
    void ofTwoClaimsAtTheSameMomentThePolicyDecides(ConflictPolicy policy) throws Exception {
        policy(policy);
        TestCluster.Node late = cluster.node(1);
        cluster.log().lag(late.id, true);
        cluster.node(0).directory.bind("alice@trestle.test", "a", "of-node-0", new byte[0]);
        assertNull(late.directory.binding("alice@trestle.test", "a"));
        BindResult second = bind(late, "a");
        cluster.log().lag(late.id, false);
        boolean stays = late.directory.bindings("alice@trestle.test").stream()
                .anyMatch(binding -> binding.session().equals("of-node-0"));
        switch (policy) {
            case REPLACE -> {
                assertEquals(
                        "a",
                        assertInstanceOf(BindResult.Bound.class, second).jid().resource());
                assertFalse(stays);
            }
            case REFUSE -> {
                StanzaError error =
                        assertInstanceOf(BindResult.Refused.class, second).error();
                assertEquals(StanzaError.Condition.CONFLICT, error.condition());
                assertTrue(stays);
            }
            case RENAME -> {
                FullJid jid = assertInstanceOf(BindResult.Bound.class, second).jid();
                assertTrue(jid.resource().startsWith("a-"), jid::toString);
                assertTrue(stays);
            }
        }
        assertEquals(
                policy == ConflictPolicy.REFUSE ? 0 : 1, late.core.sessions().size());
    }

    @Test
    void theOlderSessionEndsWhenNothingElseIsSaid() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        cluster.node(1).client("alice", "a");
        StreamError error = alice.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.CONFLICT, error.condition());
        assertNull(ConflictPolicy.of("other"));
    }

    @Test
    void aDomainThatGoesTakesItsSessionsAlong() throws Exception {
        commit(Change.of().put("domains", "other.test", new byte[0]));
        Peer stays = cluster.node(1).client("alice", "a");
        Peer goes = Peer.bind(cluster.node(1), cluster.loop(), BareJid.of("bob@other.test"), "b");
        commit(Change.of().delete("domains", "other.test"));
        StreamError error = goes.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.HOST_GONE, error.condition());
        stays.expectNothing();
    }

    @Test
    void clientsAreSentElsewhereAndComponentsStay() throws Exception {
        Peer alice = cluster.node(0).client("alice", "a");
        Peer bob = cluster.node(1).client("bob", "b");
        Peer bridge = cluster.node(0).component("cb1");
        cluster.node(0).core.sessions().sendElsewhere("node2.example.com");
        StreamError error = alice.ended();
        assertNotNull(error);
        assertEquals("node2.example.com", error.host());
        assertEquals("node2.example.com", cluster.node(0).core.sessions().elsewhere());
        assertNull(cluster.node(1).core.sessions().elsewhere());
        bridge.expectNothing();
        bob.expectNothing();
        cluster.node(0).core.sessions().sendElsewhere(null);
        assertNull(cluster.node(0).core.sessions().elsewhere());
        cluster.node(0).client("alice", "a").expectNothing();
    }
}
