package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.trestle.xmpp.stanza.StanzaError.Condition.ITEM_NOT_FOUND;
import static org.trestle.xmpp.stanza.StanzaError.Condition.RECIPIENT_UNAVAILABLE;
import static org.trestle.xmpp.stanza.StanzaError.Condition.REMOTE_SERVER_NOT_FOUND;
import static org.trestle.xmpp.stanza.StanzaError.Condition.SERVICE_UNAVAILABLE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.xml.Element;

/** RFC 6121 section 8, rule by rule, with the receiver's sessions on the sender's node and on another. */
final class RoutingRulesTest {
    private static final String BOB = "bob@trestle.test";
    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();
    private static final Element UNKNOWN =
            Element.of("query", "urn:example:unknown").build();

    private TestCluster cluster;
    private Peer alice;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        alice = cluster.node(0).client("alice", "a");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private Peer get(String to) {
        return alice.send(Iq.of(Iq.Type.GET, null, Jid.of(to), "q", PING));
    }

    private Peer presence(Presence.Type type, String to) {
        return alice.send(Presence.of(type, null, Jid.of(to)));
    }

    // 8.1: no 'to'.

    @Test
    void aMessageWithoutReceiverIsForTheOwnAccount() throws Exception {
        Peer other = cluster.node(1).client("alice", "b").available(3);
        alice.send(new Message(Message.Type.CHAT, null, null, null, null, Peer.body("note to myself")));
        assertEquals(
                Jid.of("alice@trestle.test"),
                other.expectMessage("note to myself").to());
    }

    @Test
    void anIqWithoutReceiverIsAnsweredForTheAccount() throws Exception {
        alice.send(Iq.of(Iq.Type.GET, null, null, "q", PING));
        assertEquals(
                Jid.of("alice@trestle.test"),
                alice.expectIq(Iq.Type.RESULT, "q").from());
        alice.send(Iq.of(Iq.Type.SET, null, null, "q", UNKNOWN));
        alice.expectError(SERVICE_UNAVAILABLE, "alice@trestle.test");
    }

    // 8.3, 8.4: the server.

    @Test
    void theServerAnswersWhatItKnowsAndRefusesTheRest() throws Exception {
        get("trestle.test");
        alice.expectIq(Iq.Type.RESULT, "q");
        alice.send(Iq.of(Iq.Type.GET, null, Jid.of("trestle.test"), "q", UNKNOWN));
        alice.expectError(SERVICE_UNAVAILABLE, "trestle.test");
        get("trestle.test/part");
        alice.expectError(SERVICE_UNAVAILABLE, "trestle.test/part");
        alice.message(Message.Type.NORMAL, "trestle.test", "hello");
        alice.expectError(SERVICE_UNAVAILABLE, "trestle.test");
        presence(Presence.Type.AVAILABLE, "trestle.test");
        alice.send(Iq.of(Iq.Type.RESULT, null, Jid.of("trestle.test"), "old"));
        alice.expectNothing();
    }

    @Test
    void discoveryTellsWhatThereIs() throws Exception {
        cluster.node(1).component("cb2");
        alice.send(Iq.of(Iq.Type.GET, null, Jid.of("trestle.test"), "i", query("info", null)));
        String info = alice.expectIq(Iq.Type.RESULT, "i").content().xml();
        assertEquals(true, info.contains("category='server'") || info.contains("category=\"server\""), info);
        assertEquals(true, info.contains("urn:xmpp:ping") && info.contains("jabber:iq:version"), info);
        alice.send(Iq.of(Iq.Type.GET, null, Jid.of("trestle.test"), "t", query("items", null)));
        String items = alice.expectIq(Iq.Type.RESULT, "t").content().xml();
        assertEquals(true, items.contains("cb2.trestle.test") && !items.contains("cb1"), items);
        alice.send(Iq.of(Iq.Type.GET, null, Jid.of("trestle.test"), "n", query("info", "nowhere")));
        alice.expectError(ITEM_NOT_FOUND, "trestle.test");
        alice.send(Iq.of(Iq.Type.GET, null, Jid.of("alice@trestle.test"), "a", query("info", null)));
        String account = alice.expectIq(Iq.Type.RESULT, "a").content().xml();
        assertEquals(true, account.contains("registered"), account);
        alice.send(Iq.of(
                Iq.Type.GET,
                null,
                Jid.of("trestle.test"),
                "v",
                Element.of("query", "jabber:iq:version").build()));
        assertEquals(
                "<query xmlns='jabber:iq:version'><name>Trestle</name><version>test</version></query>",
                alice.expectIq(Iq.Type.RESULT, "v").content().xml().replace('"', '\''));
    }

    private static Element query(String what, String node) {
        return Element.of("query", "http://jabber.org/protocol/disco#" + what)
                .attribute("node", node)
                .build();
    }

    // 8.5.1: no such user; and 8.5.2.2: no available resource. Both answer alike.

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "connected", "negative"})
    void anAccountThatNobodyAnswersFor(String who) throws Exception {
        Peer bob = who.equals("nobody") ? null : cluster.node(1).client("bob", "b");
        if (who.equals("negative")) {
            bob.available(-1);
        }
        for (Message.Type type : new Message.Type[] {Message.Type.NORMAL, Message.Type.CHAT, Message.Type.GROUPCHAT}) {
            alice.message(type, BOB, "hello");
            alice.expectError(SERVICE_UNAVAILABLE, BOB);
        }
        alice.message(Message.Type.HEADLINE, BOB, "news");
        alice.message(Message.Type.ERROR, BOB, "broken");
        get(BOB);
        alice.expectError(SERVICE_UNAVAILABLE, BOB);
        alice.send(Iq.of(Iq.Type.RESULT, null, Jid.of(BOB), "old"));
        if (!who.equals("negative")) {
            presence(Presence.Type.AVAILABLE, BOB);
            presence(Presence.Type.UNAVAILABLE, BOB);
            presence(Presence.Type.PROBE, BOB);
        }
        alice.expectNothing();
        if (bob != null) {
            bob.expectNothing();
        }
    }

    // 8.5.2.1: available resources.

    @ParameterizedTest
    @EnumSource(
            value = Message.Type.class,
            names = {"NORMAL", "CHAT"})
    void aMessageToTheAccountGoesToTheMostAvailable(Message.Type type) throws Exception {
        Peer low = cluster.node(0).client("bob", "low").available(1);
        Peer high = cluster.node(1).client("bob", "high").available(5);
        low.expectPresence(Presence.Type.AVAILABLE, high.jid);
        high.expectPresence(Presence.Type.AVAILABLE, low.jid);
        alice.message(type, BOB, "one");
        assertEquals(Jid.of(BOB), high.expectMessage("one").to());
        low.expectNothing();

        Peer alsoHigh = cluster.node(0).client("bob", "also").available(5);
        low.expectPresence(Presence.Type.AVAILABLE, alsoHigh.jid);
        high.expectPresence(Presence.Type.AVAILABLE, alsoHigh.jid);
        alice.message(type, BOB, "two");
        high.expectMessage("two");
        low.expectNothing();
    }

    @Test
    void aHeadlineGoesToAllOfNonNegativePriorityAndPresenceToAll() throws Exception {
        Peer one = cluster.node(0).client("bob", "one").available(0);
        Peer two = cluster.node(1).client("bob", "two").available(9);
        Peer shy = cluster.node(1).client("bob", "shy").available(-1);
        Peer connected = cluster.node(1).client("bob", "connected");
        one.expectPresences(Presence.Type.AVAILABLE, two.jid, shy.jid);
        two.expectPresences(Presence.Type.AVAILABLE, one.jid, shy.jid);
        shy.expectPresences(Presence.Type.AVAILABLE, one.jid, two.jid);
        alice.message(Message.Type.HEADLINE, BOB, "news");
        one.expectMessage("news");
        presence(Presence.Type.AVAILABLE, BOB);
        one.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        connected.expectNothing();
        two.expectMessage("news");
        two.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        shy.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        shy.expectNothing();
    }

    @Test
    void groupchatToAnAccountIsRefusedAndErrorsEndSilently() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        alice.message(Message.Type.GROUPCHAT, BOB, "all");
        alice.expectError(SERVICE_UNAVAILABLE, BOB);
        alice.message(Message.Type.ERROR, BOB, "broken");
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void aSubscriptionIsBetweenAccounts() throws Exception {
        Peer bob = cluster.node(1).client("bob", "b").available(0);
        presence(Presence.Type.SUBSCRIBE, BOB + "/elsewhere");
        Presence asked = bob.expectPresence(Presence.Type.SUBSCRIBE, Jid.of("alice@trestle.test"));
        assertEquals(Jid.of(BOB), asked.to());
    }

    // 8.5.3.1: the full Jid is connected.

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aConnectedResourceGetsEverythingThatIsForItself(int node) throws Exception {
        Peer bob = cluster.node(node).client("bob", "b");
        for (Message.Type type : Message.Type.values()) {
            alice.message(type, BOB + "/b", type.name());
            assertEquals(type, bob.expectMessage(type.name()).type());
        }
        for (Iq.Type type : Iq.Type.values()) {
            alice.send(Iq.of(type, null, bob.jid, "q", PING));
            bob.expectIq(type, "q");
        }
        presence(Presence.Type.AVAILABLE, BOB + "/b");
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        presence(Presence.Type.UNAVAILABLE, BOB + "/b");
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        alice.expectNothing();
    }

    // 8.5.3.2: no resource matches.

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aResourceThatIsNotThere(int node) throws Exception {
        Peer bob = cluster.node(node).client("bob", "b").available(0);
        String gone = BOB + "/gone";
        for (Message.Type type :
                new Message.Type[] {Message.Type.NORMAL, Message.Type.GROUPCHAT, Message.Type.HEADLINE}) {
            alice.message(type, gone, "hello");
            alice.expectError(SERVICE_UNAVAILABLE, gone);
        }
        get(gone);
        alice.expectError(SERVICE_UNAVAILABLE, gone);
        alice.message(Message.Type.ERROR, gone, "broken");
        alice.send(Iq.of(Iq.Type.RESULT, null, Jid.of(gone), "old"));
        presence(Presence.Type.AVAILABLE, gone);
        alice.expectNothing();
        bob.expectNothing();
        alice.message(Message.Type.CHAT, gone, "still there?");
        assertEquals(Jid.of(gone), bob.expectMessage("still there?").to());
    }

    // Other domains.

    @Test
    void anUnknownDomainIsNotFoundAndAKnownComponentIsAway() throws Exception {
        alice.message(Message.Type.CHAT, "someone@elsewhere.example", "hello");
        alice.expectError(REMOTE_SERVER_NOT_FOUND, "someone@elsewhere.example");
        get("elsewhere.example");
        alice.expectError(REMOTE_SERVER_NOT_FOUND, "elsewhere.example");
        presence(Presence.Type.AVAILABLE, "elsewhere.example");
        alice.expectError(REMOTE_SERVER_NOT_FOUND, "elsewhere.example");
        presence(Presence.Type.UNAVAILABLE, "elsewhere.example");
        alice.message(Message.Type.CHAT, "room@cb1.trestle.test", "hello");
        alice.expectError(RECIPIENT_UNAVAILABLE, "room@cb1.trestle.test");
        alice.message(Message.Type.CHAT, "cb9.trestle.test", "hello");
        alice.expectError(REMOTE_SERVER_NOT_FOUND, "cb9.trestle.test");
        alice.expectNothing();
    }
}
