package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.feature.ExternalServices.Service;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0215. */
final class ExtDiscoTest {
    private static final String NAMESPACE = "urn:xmpp:extdisco:2";
    private static final Service STUN = new Service("stun", "udp", "192.0.2.1", 3478);
    private static final Service UDP = new Service("turn", "udp", "192.0.2.1", 3478);
    private static final Service TLS = new Service("turns", "tcp", "192.0.2.1", 5349);
    private static final Service OTHER = new Service("turn", "udp", "192.0.2.2", 3478);

    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(1);
        cluster.services.are(STUN, UDP, TLS);
        cluster.timers.advance(Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Iq request(String id, Element content) {
        return Iq.of(Iq.Type.GET, null, Jid.of(TestCluster.DOMAIN), id, content);
    }

    private static Element services() {
        return Element.of("services", NAMESPACE).build();
    }

    private static Element credentials(String host, String type) {
        return Element.of("credentials", NAMESPACE)
                .child(Element.of("service", NAMESPACE)
                        .attribute("host", host)
                        .attribute("type", type)
                        .build())
                .build();
    }

    private static List<Element> listed(Stanza stanza) {
        Element list = stanza.child("services", NAMESPACE);
        assertNotNull(list, stanza::toString);
        return list.children();
    }

    /** Waits for the next push after time has passed. */
    private List<Element> pushed(Peer peer) throws Exception {
        cluster.timers.advance(Duration.ofSeconds(1));
        Iq push = (Iq) peer.expect();
        assertEquals(Iq.Type.SET, push.type());
        assertEquals(Jid.of(TestCluster.DOMAIN), push.from());
        return listed(push);
    }

    @Test
    void aClientGetsAllServicesWithCredentialsOfItsOwn() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        alice.send(request("1", services()));
        List<Element> list = listed(alice.expectIq(Iq.Type.RESULT, "1"));
        assertEquals(
                List.of("stun", "turn", "turns"),
                list.stream().map(service -> service.attribute("type")).toList());
        assertNull(list.get(0).attribute("username"));
        Element turn = list.get(1);
        assertEquals("192.0.2.1", turn.attribute("host"));
        assertEquals("3478", turn.attribute("port"));
        assertEquals("udp", turn.attribute("transport"));
        assertEquals("true", turn.attribute("restricted"));
        assertEquals("1800000000:alice@" + TestCluster.DOMAIN, turn.attribute("username"));
        assertEquals("password of alice@" + TestCluster.DOMAIN, turn.attribute("password"));
        assertEquals("2027-01-15T08:00:00Z", turn.attribute("expires"));
    }

    @Test
    void aCallBridgeGetsThemToo() throws Exception {
        Peer bridge = cluster.node(0).component("cb1");
        bridge.send(new Iq(
                Iq.Type.GET,
                Jid.of(TestCluster.DOMAIN),
                bridge.jid,
                "1",
                null,
                request("1", services()).content()));
        List<Element> list = listed(bridge.expectIq(Iq.Type.RESULT, "1"));
        assertEquals("1800000000:cb1." + TestCluster.DOMAIN, list.get(1).attribute("username"));
    }

    @Test
    void onlyTheKindThatIsAskedFor() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        Element asked =
                Element.of("services", NAMESPACE).attribute("type", "turns").build();
        alice.send(request("1", asked));
        List<Element> list = listed(alice.expectIq(Iq.Type.RESULT, "1"));
        assertEquals(1, list.size());
        assertEquals("5349", list.get(0).attribute("port"));
    }

    @Test
    void credentialsForOneService() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        alice.send(request("1", credentials("192.0.2.1", "turn")));
        Element answer = alice.expectIq(Iq.Type.RESULT, "1").child("credentials", NAMESPACE);
        assertNotNull(answer);
        assertEquals(1, answer.children().size());
        assertNotNull(answer.children().get(0).attribute("password"));
        alice.send(request("2", credentials("192.0.2.9", "turn")));
        alice.expectError(Condition.ITEM_NOT_FOUND, TestCluster.DOMAIN);
        alice.send(request("3", Element.of("credentials", NAMESPACE).build()));
        alice.expectError(Condition.BAD_REQUEST, TestCluster.DOMAIN);
        cluster.services.without = true;
        alice.send(request("4", credentials("192.0.2.1", "turn")));
        alice.expectError(Condition.SERVICE_UNAVAILABLE, TestCluster.DOMAIN);
    }

    @Test
    void whoAskedIsToldWhatComesAndGoes() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        Peer bob = cluster.node(0).client("bob", "phone");
        alice.send(request("1", services()));
        alice.expectIq(Iq.Type.RESULT, "1");
        cluster.services.are(OTHER, STUN);
        List<Element> list = pushed(alice);
        assertEquals(3, list.size());
        assertEquals("add", list.get(0).attribute("action"));
        assertEquals("192.0.2.2", list.get(0).attribute("host"));
        assertNotNull(list.get(0).attribute("password"));
        assertEquals("delete", list.get(1).attribute("action"));
        assertNull(list.get(1).attribute("password"));
        bob.expectNothing();
    }

    @Test
    void otherCredentialsAreToldAsAModification() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        alice.send(request("1", services()));
        alice.expectIq(Iq.Type.RESULT, "1");
        cluster.services.are(STUN, UDP, TLS);
        List<Element> list = pushed(alice);
        assertEquals(2, list.size());
        assertTrue(list.stream().allMatch(service -> "modify".equals(service.attribute("action"))));
    }

    @Test
    void whoHasGoneIsForgotten() throws Exception {
        Peer alice = cluster.node(0).client("alice", "tablet");
        alice.send(request("1", services()));
        alice.expectIq(Iq.Type.RESULT, "1");
        alice.breaks();
        cluster.services.are(OTHER);
        cluster.timers.advance(Duration.ofSeconds(1));
        Peer again = cluster.node(0).client("alice", "tablet");
        again.expectNothing();
    }
}
