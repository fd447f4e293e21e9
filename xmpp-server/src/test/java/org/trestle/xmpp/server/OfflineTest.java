package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** XEP-0160: messages for accounts that are not there, over three nodes. */
final class OfflineTest {
    private static final String TABLE = "of-account.offline";
    private static final String BOB = "bob@trestle.test";

    private TestCluster cluster;
    private Peer alice;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        account(BOB);
        alice = cluster.node(0).client("alice", "a");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private void account(String jid) throws Exception {
        cluster.node(0)
                .accounts
                .add(jid, "a password that is good", false)
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private int kept() {
        return cluster.node(2).tables.rows(TABLE).size();
    }

    /** Sends these and waits until they are stored or refused. */
    private void chats(String... bodies) throws Exception {
        for (String body : bodies) {
            alice.chat(Jid.of(BOB), body);
        }
        alice.expectNothing();
    }

    private static Element delay(Stanza stanza) {
        List<Element> delays = stanza.children().stream()
                .filter(child -> child.is("delay", "urn:xmpp:delay"))
                .toList();
        assertEquals(1, delays.size(), stanza.content().xml());
        return delays.get(0);
    }

    /** The question that follows messages; the answer says that they were read. */
    private static Iq question(Peer peer) throws Exception {
        Iq question = assertInstanceOf(Iq.class, peer.expect());
        assertEquals(Iq.Type.GET, question.type());
        assertNotNull(question.child("ping", "urn:xmpp:ping"));
        return question;
    }

    private static Peer answer(Peer peer) throws Exception {
        return peer.send(question(peer).result());
    }

    private void got(Peer peer, String... bodies) throws Exception {
        for (String body : bodies) {
            peer.expectMessage(body);
        }
        answer(peer).expectNothing();
    }

    @Test
    void theyComeOnceAndInOrderWhenSomebodyIsThereOnAnyNode() throws Exception {
        cluster.timers.advance(Duration.ofSeconds(61).plusMillis(5));
        chats("one");
        cluster.timers.advance(Duration.ofSeconds(1));
        chats("two", "three");
        assertEquals(3, kept());
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        Message one = bob.expectMessage("one");
        assertEquals(alice.jid, one.from());
        assertEquals(Jid.of(BOB), one.to());
        assertEquals(Message.Type.CHAT, one.type());
        assertEquals("trestle.test", delay(one).attribute("from"));
        assertEquals("1970-01-01T00:01:01.005Z", delay(one).attribute("stamp"));
        assertEquals("1970-01-01T00:01:02.005Z", delay(bob.expectMessage("two")).attribute("stamp"));
        delay(bob.expectMessage("three"));
        assertEquals(3, kept());
        answer(bob).expectNothing();
        assertEquals(0, kept());
        assertEquals(0, cluster.node(0).tables.rows("of-account.offline-taker").size());
        Peer second = cluster.node(2).client("bob", "second").available(1);
        second.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        second.expectNothing();
        assertEquals(3.0, cluster.node(0).counted("xmpp.offline.stored"));
        assertEquals(3.0, cluster.node(1).counted("xmpp.offline.delivered"));
    }

    @Test
    void onlyWhatPeopleWantToReadIsKept() throws Exception {
        Element body = Element.of("body", Namespaces.CLIENT).text("x").build();
        Element composing =
                Element.of("composing", "http://jabber.org/protocol/chatstates").build();
        Element thread = Element.of("thread", Namespaces.CLIENT).text("t").build();
        Element noStore = Element.of("no-store", "urn:xmpp:hints").build();
        Jid bob = Jid.of(BOB);
        alice.send(Message.of(Message.Type.CHAT, null, bob, composing, thread));
        alice.message(Message.Type.HEADLINE, BOB, "news");
        alice.message(Message.Type.ERROR, BOB, "error");
        alice.expectNothing();
        alice.message(Message.Type.GROUPCHAT, BOB, "group");
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB);
        alice.send(Message.of(Message.Type.CHAT, null, bob, body, noStore));
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB);
        alice.message(Message.Type.NORMAL, BOB + "/gone", "to a resource");
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB + "/gone");
        assertEquals(0, kept());
        alice.message(Message.Type.CHAT, BOB + "/gone", "chat");
        alice.message(Message.Type.NORMAL, BOB, "normal");
        alice.send(Message.of(Message.Type.CHAT, null, bob, body, composing));
        alice.expectNothing();
        Peer there = cluster.node(0).client("bob", "b").available(0);
        assertEquals(Jid.of(BOB + "/gone"), there.expectMessage("chat").to());
        assertEquals(Message.Type.NORMAL, there.expectMessage("normal").type());
        got(there, "x");
    }

    @Test
    void nothingIsKeptForWhoDoesNotExist() throws Exception {
        alice.chat(Jid.of("nobody@trestle.test"), "hello");
        alice.expectError(Condition.SERVICE_UNAVAILABLE, "nobody@trestle.test");
        assertEquals(0, kept());
    }

    @Test
    void anAccountsMessagesAreBoundedInNumber() throws Exception {
        account("carol@trestle.test");
        String[] bodies = IntStream.range(0, 200).mapToObj(i -> "body " + i).toArray(String[]::new);
        chats(bodies);
        alice.chat(Jid.of(BOB), "one more");
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB);
        alice.chat(Jid.of("carol@trestle.test"), "somebody else");
        alice.expectNothing();
        assertEquals(201, kept());
        assertEquals(1.0, cluster.node(0).counted("xmpp.offline.refused"));
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        for (int i = 0; i < 200; i++) {
            bob.expectMessage("body " + i);
            if (i % 50 == 49) {
                answer(bob);
            }
        }
        bob.expectNothing();
        assertEquals(1, kept());
    }

    @Test
    void anAccountsMessagesAreBoundedInBytes() throws Exception {
        String long1 = "x".repeat(250_000);
        chats(long1, long1, long1, long1);
        alice.chat(Jid.of(BOB), long1);
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB);
        chats("a short one fits");
        alice.chat(Jid.of(BOB), "y".repeat(300_000));
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB);
        assertEquals(5, kept());
    }

    @Test
    void onlyNonNegativePriorityTakesThem() throws Exception {
        Peer quiet = cluster.node(1).client("bob", "quiet").available(-1);
        chats("hello");
        quiet.expectNothing();
        assertEquals(1, kept());
        quiet.available(0);
        got(quiet, "hello");
        assertEquals(0, kept());
    }

    @Test
    void whatIsStoredTooLateFindsWhoIsThere() throws Exception {
        // A sender's node that does not know yet that somebody is available stores the message.
        Peer bob = cluster.node(1).client("bob", "b");
        cluster.log().lag(cluster.node(0).id, true);
        bob.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        bob.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        alice.chat(Jid.of(BOB), "late");
        alice.expectNothing();
        cluster.log().lag(cluster.node(0).id, false);
        got(bob, "late");
    }

    @Test
    void whoDiesWhileReadingLeavesThemToTheNextAndTheyDoNotGrow() throws Exception {
        chats("one", "two");
        Peer first = cluster.node(1).client("bob", "b");
        first.enable(true, 30);
        first.available(0);
        String once = first.expectMessage("one").content().xml();
        first.expectMessage("two");
        question(first);
        first.breaks();
        cluster.timers.advance(Duration.ofSeconds(31));
        first.on(() -> true);
        assertEquals(0, cluster.node(0).directory.bindings(BOB).size());
        chats("three");
        assertEquals(3, kept());
        Peer next = cluster.node(2).client("bob", "c").available(0);
        assertEquals(once, next.expectMessage("one").content().xml());
        got(next, "two", "three");
        assertEquals(0, kept());
    }

    @Test
    void whoIsThereTakesOverFromWhoDied() throws Exception {
        chats("one", "two");
        Peer first = cluster.node(1).client("bob", "b").available(0);
        Peer second = cluster.node(2).client("bob", "c");
        first.expectMessage("one");
        first.expectMessage("two");
        question(first);
        second.available(0);
        second.expectPresence(Presence.Type.AVAILABLE, first.jid);
        second.expectNothing();
        cluster.kill(cluster.node(1));
        cluster.declareLost(cluster.node(1));
        List<String> came = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Stanza stanza = second.expect();
            if (stanza instanceof Message message) {
                came.add(message.child("body", Namespaces.CLIENT).text());
            } else if (stanza instanceof Iq question) {
                second.send(question.result());
            } else {
                assertEquals(first.jid, stanza.from());
            }
        }
        assertEquals(List.of("one", "two"), came);
        second.expectNothing();
        assertEquals(0, kept());
    }

    @Test
    void oneOfSeveralThatComeTogetherGetsAll() throws Exception {
        chats("one", "two", "three");
        Peer[] peers = new Peer[3];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = cluster.node(i).client("bob", "r" + i);
        }
        for (Peer peer : peers) {
            peer.send(Presence.of(Presence.Type.AVAILABLE, null, null));
        }
        // Each hears of all three; the messages are in between, at one of them.
        List<String> came = new ArrayList<>();
        int takers = 0;
        for (Peer peer : peers) {
            int presences = 0;
            boolean taker = false;
            boolean asked = false;
            while (presences < 3 || (taker && !asked)) {
                Stanza stanza = peer.expect();
                if (stanza instanceof Message message) {
                    taker = true;
                    came.add(message.child("body", Namespaces.CLIENT).text());
                } else if (stanza instanceof Iq question) {
                    asked = true;
                    peer.send(question.result());
                } else {
                    presences++;
                }
            }
            takers += taker ? 1 : 0;
        }
        assertEquals(List.of("one", "two", "three"), came);
        assertEquals(1, takers);
    }

    @Test
    void theySurviveTheNodeThatStoredThem() throws Exception {
        chats("one");
        cluster.kill(cluster.node(0));
        cluster.declareLost(cluster.node(0));
        got(cluster.node(1).client("bob", "b").available(0), "one");
    }

    @Test
    void theSenderIsToldWhenTheClusterDoesNotAnswer() throws Exception {
        cluster.log().cut(cluster.node(0).id, true);
        alice.chat(Jid.of(BOB), "hello");
        alice.expectError(Condition.RECIPIENT_UNAVAILABLE, BOB);
        assertEquals(0, kept());
    }

    @Test
    void whoIsBlockedMeanwhileIsNotHeard() throws Exception {
        chats("one");
        Peer carol = cluster.node(0).client("carol", "c");
        carol.chat(Jid.of(BOB), "two");
        carol.expectNothing();
        Peer bob = cluster.node(1).client("bob", "b");
        bob.send(Iq.of(
                Iq.Type.SET,
                null,
                null,
                "block",
                Element.of("block", "urn:xmpp:blocking")
                        .child(Element.of("item", "urn:xmpp:blocking")
                                .attribute("jid", "alice@trestle.test")
                                .build())
                        .build()));
        bob.expectIq(Iq.Type.RESULT, "block");
        bob.available(0);
        got(bob, "two");
        assertEquals(0, kept());
    }

    @Test
    void theyGoWithTheAccount() throws Exception {
        chats("one", "two");
        assertEquals(2, kept());
        cluster.node(1).accounts.del(BOB).toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertEquals(0, kept());
        account(BOB);
        cluster.node(1).client("bob", "b").available(0).expectNothing();
    }

    @Test
    void whatCannotBeReadStopsNothing() throws Exception {
        cluster.node(1)
                .tables
                .commit(Change.of().put(TABLE, BOB + "/odd", new byte[] {99}).build())
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        chats("one");
        got(cluster.node(1).client("bob", "b").available(0), "one");
        assertEquals(0, kept());
    }

    @Test
    void itIsAdvertised() throws Exception {
        alice.send(Iq.of(
                Iq.Type.GET,
                null,
                Jid.of(TestCluster.DOMAIN),
                "d",
                Element.of("query", "http://jabber.org/protocol/disco#info").build()));
        assertTrue(alice.expectIq(Iq.Type.RESULT, "d").content().xml().contains("msgoffline"));
    }
}
