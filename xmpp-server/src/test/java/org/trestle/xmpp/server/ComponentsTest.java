package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.ComponentVerdict;
import org.trestle.xmpp.stream.StreamError;

final class ComponentsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.trestle.xmpp.component");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(3);
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() throws Exception {
        logger.detachAppender(logged);
        cluster.close();
    }

    private StreamError.Condition refused(String domain, String secret) throws Exception {
        ComponentVerdict verdict = new Peer(cluster.loop(), DomainJid.of(domain)).handshake(cluster.node(1), secret);
        return assertInstanceOf(ComponentVerdict.Refused.class, verdict).error().condition();
    }

    private List<String> warnings() {
        return List.copyOf(logged.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(ch.qos.logback.classic.Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void aWrongSecretIsNamedForTheOperatorAndNotForThePeer() throws Exception {
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, refused("cb1.trestle.test", "secret-of-cb3"));
        String fingerprint = cluster.node(0).callBridges.find("cb3").fingerprint();
        String words = warnings().get(0);
        assertTrue(
                words.startsWith("cb1 presented a secret whose fingerprint " + fingerprint
                        + " is that of cb3 (pasted in the wrong field)."),
                words);
        assertTrue(words.endsWith("Nodes agree: 3/3."), words);
        assertFalse(words.contains("secret-of"), words);

        refused("cb1.trestle.test", "secret-of-cb3");
        assertEquals(1, warnings().size(), "a bridge that tries again says nothing new");
        cluster.timers.advance(Duration.ofMinutes(1));
        refused("cb1.trestle.test", "secret-of-cb3");
        assertEquals(2, warnings().size());
    }

    @Test
    void nobodyConnectsAsWhatIsNoCallBridge() throws Exception {
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, refused("cb9.trestle.test", "secret-of-cb1"));
        assertEquals(StreamError.Condition.HOST_UNKNOWN, refused("cb1.elsewhere.example", "secret-of-cb1"));
        assertEquals(StreamError.Condition.HOST_UNKNOWN, refused("trestle.test", "secret-of-cb1"));
        assertEquals(StreamError.Condition.HOST_UNKNOWN, refused("a.cb1.trestle.test", "secret-of-cb1"));
        assertEquals(0, cluster.node(1).core.components().size());
    }

    @Test
    void twoCallBridgesOnOneNodeNeverGetEachOthersStanzas() throws Exception {
        Peer one = cluster.node(0).component("cb1");
        Peer two = cluster.node(0).component("cb2");
        Peer alice = cluster.node(1).client("alice", "a");
        for (int i = 0; i < 50; i++) {
            alice.chat(Jid.of("room" + i + "@cb1.trestle.test"), "one " + i);
            alice.chat(Jid.of("room" + i + "@cb2.trestle.test/x"), "two " + i);
        }
        for (int i = 0; i < 50; i++) {
            assertEquals("cb1.trestle.test", one.expect().to().domain());
            assertEquals("cb2.trestle.test", two.expect().to().domain());
        }
        one.expectNothing();
        two.expectNothing();
    }

    @Test
    void aComponentSendsFromItsOwnDomainOnly() throws Exception {
        Peer alice = cluster.node(1).client("alice", "a");
        Peer bridge = cluster.node(0).component("cb1");
        for (String own : List.of("cb1.trestle.test", "room@cb1.trestle.test", "room@cb1.trestle.test/nick")) {
            bridge.send(new Message(Message.Type.CHAT, alice.jid, Jid.of(own), null, null, Peer.body("hi")));
            assertEquals(Jid.of(own), alice.expectMessage("hi").from());
        }
        bridge.send(new Message(
                Message.Type.CHAT, alice.jid, Jid.of("mallory@other.invalid"), null, null, Peer.body("hi")));
        StreamError error = bridge.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.INVALID_FROM, error.condition());
        alice.expectNothing();
        Peer second = cluster.node(0).component("cb1");
        second.send(new Message(Message.Type.CHAT, alice.jid, Jid.of("cb2.trestle.test"), null, null, Peer.body("hi")));
        assertNotNull(second.ended());
        alice.expectNothing();
    }

    @Test
    void theNewestConnectionIsActiveAndAnOlderOneStandsByAndMaySend() throws Exception {
        Peer alice = cluster.node(2).client("alice", "a");
        Peer first = cluster.node(0).component("cb1");
        Peer second = cluster.node(1).component("cb1");
        Peer third = cluster.node(1).component("cb1");
        alice.chat(third.jid, "to the newest");
        third.expectMessage("to the newest");
        first.message(Message.Type.CHAT, alice.jid.toString(), "from a standby");
        assertEquals(first.jid, alice.expectMessage("from a standby").from());
        first.expectNothing();
        third.breaks();
        alice.chat(second.jid, "to the next");
        second.expectMessage("to the next");
        second.breaks();
        alice.chat(second.jid, "to the last");
        first.expectMessage("to the last");
        first.breaks();
        alice.chat(second.jid, "to nobody");
        alice.expectError(StanzaError.Condition.RECIPIENT_UNAVAILABLE, "cb1.trestle.test");
    }

    @Test
    void nothingIsLostOrBouncedWhileTheActiveConnectionCloses() throws Exception {
        Peer alice = cluster.node(2).client("alice", "a");
        Peer standby = cluster.node(0).component("cb1");
        Peer active = cluster.node(1).component("cb1");
        int sent = 400;
        for (int i = 0; i < sent; i++) {
            alice.message(Message.Type.NORMAL, "cb1.trestle.test", Integer.toString(i));
            if (i == sent / 2) {
                active.breaks();
            }
        }
        alice.expectNothing();
        int came = 0;
        for (Peer peer : List.of(active, standby)) {
            came += peer.drained();
        }
        while (came < sent) {
            standby.expect();
            came++;
        }
        standby.expectNothing();
    }

    @Test
    void aRevokedSecretEndsTheConnections() throws Exception {
        Peer bridge = cluster.node(0).component("cb1");
        Peer other = cluster.node(0).component("cb2");
        cluster.node(2).callBridges.del("cb1").toCompletableFuture().get(90, TimeUnit.SECONDS);
        StreamError error = bridge.ended();
        assertNotNull(error);
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, error.condition());
        other.expectNothing();
    }

    @Test
    void whatHasNoReceiverIsForTheServer() throws Exception {
        Peer bridge = cluster.node(0).component("cb1");
        bridge.send(Iq.of(
                Iq.Type.GET,
                bridge.jid,
                null,
                "p",
                org.trestle.xmpp.xml.Element.of("ping", "urn:xmpp:ping").build()));
        assertEquals(
                Jid.of("trestle.test"), bridge.expectIq(Iq.Type.RESULT, "p").from());
        bridge.send(new Message(Message.Type.CHAT, null, bridge.jid, null, null, Peer.body("?")));
        bridge.expectError(StanzaError.Condition.SERVICE_UNAVAILABLE, "trestle.test");
    }
}
