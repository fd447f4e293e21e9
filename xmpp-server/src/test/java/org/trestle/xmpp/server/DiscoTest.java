package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0030, XEP-0115, XEP-0128 and XEP-0157 as dialogues. */
final class DiscoTest {
    private static final String SERVER = TestCluster.DOMAIN;
    private static final String ALICE = "alice@" + SERVER;
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    private static final String ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>";

    private TestCluster cluster;
    private Peer alice;
    private Asking asks;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
        alice = cluster.node(0).client("alice", "a");
        asks = new Asking(alice);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static String node(String query, String node) {
        return query.replace("/>", " node='" + node + "'/>");
    }

    private static Set<String> features(Element info) {
        return info.children().stream()
                .filter(child -> child.name().equals("feature"))
                .map(child -> Objects.requireNonNull(child.attribute("var")))
                .collect(Collectors.toSet());
    }

    private static List<String> items(Element query) {
        return query.children().stream()
                .map(child -> Objects.requireNonNull(child.attribute("jid")))
                .toList();
    }

    private static String value(Element field) {
        return Objects.requireNonNull(field.firstChild()).text();
    }

    private Element caps() {
        return cluster.node(0).core.sessions().features(true).stream()
                .filter(element -> element.is("c", "http://jabber.org/protocol/caps"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theServerSaysWhatItIsAndCanDo() throws Exception {
        Element info = asks.get(SERVER, INFO);
        Element identity = Objects.requireNonNull(info.firstChild());
        assertEquals("server", identity.attribute("category"));
        assertEquals("im", identity.attribute("type"));
        assertTrue(features(info)
                .containsAll(Set.of(
                        "http://jabber.org/protocol/disco#info",
                        "http://jabber.org/protocol/disco#items",
                        "http://jabber.org/protocol/caps",
                        "jabber:iq:last",
                        "jabber:iq:version",
                        "urn:xmpp:ping",
                        "urn:xmpp:time")));
    }

    @Test
    void theServerTellsItsNameAndVersion() throws Exception {
        Element version = asks.get(SERVER, "<query xmlns='jabber:iq:version'/>");
        assertEquals(
                List.of("Trestle", "test"),
                version.children().stream().map(Element::text).toList(),
                "and no operating system");
    }

    @Test
    void theItemsOfTheServerAreItsComponentsOnEveryNode() throws Exception {
        assertEquals(List.of(), items(asks.get(SERVER, ITEMS)));
        cluster.node(1).component("cb2");
        assertEquals(List.of("cb2." + SERVER), items(asks.get(SERVER, ITEMS)));
    }

    @Test
    void anUnknownNodeIsNotFound() throws Exception {
        asks.refused(Iq.Type.GET, SERVER, node(INFO, "nothing"), Condition.ITEM_NOT_FOUND);
        asks.refused(Iq.Type.GET, SERVER, node(ITEMS, "nothing"), Condition.ITEM_NOT_FOUND);
        asks.refused(Iq.Type.GET, ALICE, node(INFO, "nothing"), Condition.ITEM_NOT_FOUND);
    }

    @Test
    void anAccountSaysWhatItIsToItsOwn() throws Exception {
        alice.available(0);
        Element info = asks.get(ALICE, INFO);
        assertEquals("registered", Objects.requireNonNull(info.firstChild()).attribute("type"));
        assertEquals(List.of(ALICE + "/a"), items(asks.get(ALICE, ITEMS)));
        cluster.node(0).accounts.add(ALICE, "one", true).toCompletableFuture().get(90, TimeUnit.SECONDS);
        info = asks.get(ALICE, INFO);
        assertEquals("admin", Objects.requireNonNull(info.firstChild()).attribute("type"));
    }

    @Test
    void toOthersAnAccountIsAsOneThatDoesNotExist() throws Exception {
        asks.refused(Iq.Type.GET, "bob@" + SERVER, INFO, Condition.SERVICE_UNAVAILABLE);
        cluster.node(1).client("bob", "b").available(0);
        asks.refused(Iq.Type.GET, "bob@" + SERVER, INFO, Condition.SERVICE_UNAVAILABLE);
        asks.refused(Iq.Type.GET, "bob@" + SERVER, ITEMS, Condition.SERVICE_UNAVAILABLE);
    }

    @Test
    void theHashInTheStreamFeaturesIsThatOfWhatTheServerSays() throws Exception {
        Element caps = caps();
        assertEquals("sha-1", caps.attribute("hash"));
        String node = caps.attribute("node") + "#" + caps.attribute("ver");
        Element info = asks.get(SERVER, node(INFO, node));
        assertEquals(node, info.attribute("node"));
        assertEquals(features(asks.get(SERVER, INFO)), features(info));
        asks.refused(Iq.Type.GET, SERVER, node(INFO, caps.attribute("node") + "#x"), Condition.ITEM_NOT_FOUND);
        assertFalse(cluster.node(0).core.sessions().features(false).contains(caps), "after the login only");
        assertEquals(
                caps,
                cluster.node(1).core.sessions().features(true).stream()
                        .filter(caps::equals)
                        .findFirst()
                        .orElseThrow(),
                "the same on every node");
    }

    @Test
    void contactAddressesStandInAFormAndChangeTheHash() throws Exception {
        String before = caps().attribute("ver");
        cluster.node(1)
                .tables
                .commit(Change.of()
                        .put(
                                "settings",
                                "contact.abuse",
                                "mailto:abuse@trestle.test xmpp:abuse@trestle.test".getBytes(StandardCharsets.UTF_8))
                        .build())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
        Element form = asks.get(SERVER, INFO).child("x", "jabber:x:data");
        assertNotNull(form);
        assertEquals(
                "http://jabber.org/network/serverinfo", value(form.children().get(0)));
        assertEquals("abuse-addresses", form.children().get(1).attribute("var"));
        assertEquals(
                List.of("mailto:abuse@trestle.test", "xmpp:abuse@trestle.test"),
                form.children().get(1).children().stream().map(Element::text).toList());
        assertNotEquals(before, caps().attribute("ver"));
    }
}
