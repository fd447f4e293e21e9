package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** XEP-0359: which ids a message has when it arrives. */
final class StanzaIdTest {
    private static final String SID = "urn:xmpp:sid:0";
    private static final Jid BOB = Jid.of("bob@trestle.test");

    private TestCluster cluster;
    private Peer alice;
    private Peer bob;
    private Peer second;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        alice = cluster.node(0).client("alice", "a");
        bob = cluster.node(1).client("bob", "b");
        second = cluster.node(0).client("bob", "second");
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static List<Element> ids(Stanza stanza) {
        return stanza.children().stream()
                .filter(child -> child.is("stanza-id", SID))
                .toList();
    }

    private static Element id(String by, String id) {
        return Element.of("stanza-id", SID)
                .attribute("by", by)
                .attribute("id", id)
                .build();
    }

    private static String ofBob(Stanza stanza) {
        List<Element> ids = ids(stanza);
        assertEquals(1, ids.size(), stanza.content().xml());
        assertEquals(BOB.toString(), ids.get(0).attribute("by"));
        String id = ids.get(0).attribute("id");
        assertNotNull(id);
        assertEquals(16, id.length());
        return id;
    }

    @Test
    void eachMessageHasAnIdOfTheReceiversAccount() throws Exception {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            alice.chat(bob.jid, "hello " + i);
            seen.add(ofBob(bob.expectMessage("hello " + i)));
        }
        assertEquals(1_000, seen.size());
        alice.message(Message.Type.NORMAL, bob.jid.toString(), "normal");
        ofBob(bob.expectMessage("normal"));
    }

    @Test
    void anAccountWithOneSessionNeedsNone() throws Exception {
        Peer carol = cluster.node(1).client("carol", "c");
        alice.send(Message.of(
                Message.Type.CHAT,
                null,
                carol.jid,
                Element.of("body", Namespaces.CLIENT).text("hello").build(),
                id("carol@trestle.test", "forged")));
        assertEquals(List.of(), ids(carol.expectMessage("hello")));
    }

    @Test
    void allResourcesKnowAMessageByOneId() throws Exception {
        second.available(0);
        bob.available(0);
        second.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.expectPresence(Presence.Type.AVAILABLE, second.jid);
        alice.chat(BOB, "to both");
        assertEquals(ofBob(bob.expectMessage("to both")), ofBob(second.expectMessage("to both")));
    }

    @Test
    void whatPosesAsAnIdOfTheAccountIsTakenOutAndTheRestStays() throws Exception {
        Element origin = Element.of("origin-id", SID).attribute("id", "mine").build();
        Element other = id("room@cb1.trestle.test", "other");
        Element body = Element.of("body", Namespaces.CLIENT).text("a & b").build();
        for (Message.Type type : List.of(Message.Type.CHAT, Message.Type.HEADLINE)) {
            alice.send(Message.of(
                    type, null, bob.jid, body, id("BOB@trestle.test", "forged"), origin, other, id("", "none")));
            Message came = bob.expectMessage("a & b");
            List<Element> expected = List.of(body, origin, other, id("", "none"));
            assertEquals(expected, came.children().subList(0, 4));
            assertEquals(type == Message.Type.CHAT ? 5 : 4, came.children().size());
            assertNotEquals(
                    "forged", came.children().get(came.children().size() - 1).attribute("id"));
        }
    }

    @Test
    void theBytesOfTheMessageStayAsTheyAre() throws Exception {
        String xml = "<body>x</body><a:b xmlns:a=\"urn:a\" c='&#x41;'><!-- no --></a:b>".replace("<!-- no -->", "");
        alice.send(new Message(
                Message.Type.CHAT,
                bob.jid,
                null,
                null,
                null,
                org.trestle.xmpp.stanza.Payload.of(xml.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
        assertTrue(bob.expectMessage("x").content().xml().startsWith(xml + "<stanza-id "));
    }

    @Test
    void onlyMessagesForAccountsHaveOne() throws Exception {
        Peer bridge = cluster.node(1).component("cb1");
        alice.chat(bridge.jid, "to a component");
        assertEquals(List.of(), ids(bridge.expectMessage("to a component")));
        alice.message(Message.Type.HEADLINE, bob.jid.toString(), "news");
        assertEquals(List.of(), ids(bob.expectMessage("news")));
        bridge.send(Message.of(
                Message.Type.CHAT,
                bridge.jid,
                bob.jid,
                Element.of("body", Namespaces.CLIENT).text("from a component").build()));
        ofBob(bob.expectMessage("from a component"));
    }

    @Test
    void aCopyOfWhatIsSentHasTheIdOfTheSendersAccount() throws Exception {
        Peer phone = cluster.node(1).client("alice", "phone");
        phone.send(Iq.of(
                Iq.Type.SET,
                null,
                null,
                "c",
                Element.of("enable", "urn:xmpp:carbons:2").build()));
        phone.expectIq(Iq.Type.RESULT, "c");
        alice.chat(bob.jid, "hello");
        ofBob(bob.expectMessage("hello"));
        Element message = phone.expect()
                .child("sent", "urn:xmpp:carbons:2")
                .child("forwarded", "urn:xmpp:forward:0")
                .child("message", Namespaces.CLIENT);
        List<Element> ids = message.children().stream()
                .filter(child -> child.is("stanza-id", SID))
                .toList();
        assertEquals(1, ids.size());
        assertEquals("alice@trestle.test", ids.get(0).attribute("by"));
    }
}
