package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.xml.Element;

/** XEP-0077 as dialogues. */
final class RegisterTest {
    private static final String SERVER = TestCluster.DOMAIN;
    private static final String ALICE = "alice@" + SERVER;

    private TestCluster cluster;
    private Peer alice;
    private Asking asks;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        got(cluster.node(0).accounts.add(ALICE, "one", false));
        alice = cluster.node(0).client("alice", "a");
        asks = new Asking(alice);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static String query(String content) {
        return "<query xmlns='jabber:iq:register'>" + content + "</query>";
    }

    private static <T> T got(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private boolean fits(int node, String password) {
        ScramKeys keys = ((TableAccounts) cluster.node(node).accounts).keys(ALICE);
        assertNotNull(keys);
        return KeyDerivation.matchesNow(keys.sha1(), password);
    }

    @Test
    void aNewPasswordIsKnownOnEveryNodeAndEndsNoSession() throws Exception {
        Peer other = cluster.node(1).client("alice", "b");
        assertNull(asks.result(Iq.Type.SET, SERVER, query("<username>alice</username><password>two</password>")));
        assertTrue(fits(1, "two"));
        assertFalse(fits(1, "one"));
        alice.expectNothing();
        other.expectNothing();
        assertNull(asks.result(Iq.Type.SET, ALICE, query("<username>Alice</username><password>three</password>")));
    }

    @Test
    void whatIsWrongWithAPasswordChangeIsSaid() throws Exception {
        asks.refused(Iq.Type.SET, SERVER, query("<username>alice</username><password/>"), Condition.BAD_REQUEST);
        asks.refused(Iq.Type.SET, SERVER, query("<password>two</password>"), Condition.BAD_REQUEST);
        asks.refused(
                Iq.Type.SET, SERVER, query("<username>bob</username><password>two</password>"), Condition.NOT_ALLOWED);
        asks.refused(
                Iq.Type.SET,
                SERVER,
                query("<username>alice</username><password>&#9;</password>"),
                Condition.NOT_ACCEPTABLE);
        assertTrue(fits(0, "one"));
    }

    @Test
    void theAccountShowsItselfToItsUser() throws Exception {
        Element shown = asks.get(SERVER, query(""));
        assertNotNull(shown.child("registered", "jabber:iq:register"));
        assertEquals("alice", shown.children().get(1).text());
        assertEquals("", shown.children().get(2).text(), "nobody can read a password");
    }

    @Test
    void removingAnAccountIsAnsweredAndEndsAllItsSessions() throws Exception {
        Peer other = cluster.node(1).client("alice", "b");
        asks.refused(Iq.Type.SET, SERVER, query("<remove/><username>alice</username>"), Condition.BAD_REQUEST);
        assertNull(asks.result(Iq.Type.SET, SERVER, query("<remove/>")));
        StreamError error = alice.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, error.condition());
        other.ended();
        assertFalse(cluster.node(1).accounts.exists(ALICE));
    }

    @Test
    void componentsAndThoseWithoutAnAccountHaveNothingToChange() throws Exception {
        new Asking(cluster.node(0).component("cb1"))
                .refused(Iq.Type.SET, SERVER, query("<remove/>"), Condition.NOT_ALLOWED);
        new Asking(cluster.node(0).client("nobody", "n"))
                .refused(Iq.Type.SET, SERVER, query("<remove/>"), Condition.REGISTRATION_REQUIRED);
    }

    @Test
    void onlySoManyAccountsAreMadeFromOneAddress() throws Exception {
        got(cluster.node(1)
                .tables
                .commit(Change.of()
                        .put("settings", "registration", new byte[] {1})
                        .build()));
        for (int i = 0; i < 5; i++) {
            assertFalse(made("a" + i, "192.0.2.1").isError());
        }
        Stanza refused = made("a5", "192.0.2.1");
        assertNotNull(refused.child("error", "jabber:client"));
        assertFalse(cluster.node(0).accounts.exists("a5@" + SERVER));
        assertFalse(made("b0", "192.0.2.2").isError());
        for (int i = 0; i < 5; i++) {
            assertFalse(made("c" + i, "2001:db8::" + i).isError());
        }
        assertTrue(made("c5", "2001:db8::99").isError(), "one network of IPv6");
        assertFalse(made("c6", "2001:db8:0:1::1").isError());
        cluster.timers.advance(Duration.ofHours(1));
        assertFalse(made("a5", "192.0.2.1").isError());
    }

    private Stanza made(String name, String address) throws Exception {
        Iq request = new Iq(
                Iq.Type.SET,
                Jid.of(SERVER),
                null,
                "r",
                null,
                Payload.of(Element.parse(query("<username>" + name + "</username><password>pw</password>"))));
        CompletionStage<Stanza> answer =
                cluster.node(0).core.sessions().stranger(SERVER, request, InetAddress.getByName(address));
        assertNotNull(answer);
        return got(answer);
    }
}
