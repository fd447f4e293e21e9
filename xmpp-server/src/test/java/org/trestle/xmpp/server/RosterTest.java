package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** RFC 6121 2 and 3 as dialogues: rosters, their versions and pushes, and subscriptions, on one node and across two. */
final class RosterTest {
    private static final String NS = "jabber:iq:roster";
    private static final Jid ALICE = Jid.of("alice@trestle.test");
    private static final Jid BOB = Jid.of("bob@trestle.test");

    private final AtomicInteger ids = new AtomicInteger();
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TestCluster(2);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private static Element.Builder query() {
        return Element.of("query", NS);
    }

    private static Element.Builder item(String jid) {
        return Element.of("item", NS).attribute("jid", jid);
    }

    private static String text(Element element) {
        return element.toString().replace('"', '\'').replace(" xmlns='" + NS + "'", "");
    }

    private String get(Peer peer, String ver) throws Exception {
        String id = "g" + ids.incrementAndGet();
        peer.send(
                Iq.of(Iq.Type.GET, null, null, id, query().attribute("ver", ver).build()));
        return peer.expectIq(Iq.Type.RESULT, id)
                .content()
                .xml()
                .replace('"', '\'')
                .replace(" xmlns='" + NS + "'", "");
    }

    private String set(Peer peer, Element... items) {
        String id = "s" + ids.incrementAndGet();
        Element.Builder query = query();
        List.of(items).forEach(query::child);
        peer.send(Iq.of(Iq.Type.SET, null, null, id, query.build()));
        return id;
    }

    /** What the push says, without its version. */
    private static String pushed(Peer peer) throws Exception {
        Iq push = assertInstanceOf(Iq.class, peer.expect());
        assertEquals(Iq.Type.SET, push.type(), push::toString);
        assertEquals(peer.jid.bare(), push.from());
        assertEquals(peer.jid, push.to());
        Element query = push.children().get(0);
        assertTrue(query.attribute("ver") != null, query::toString);
        return text(query.children().get(0));
    }

    private static String version(Peer peer) throws Exception {
        return assertInstanceOf(Iq.class, peer.expect()).children().get(0).attribute("ver");
    }

    private static void subscription(Peer peer, Presence.Type type, Jid from) throws Exception {
        Presence presence = peer.expectPresence(type, from);
        assertEquals(peer.jid.bare(), presence.to());
    }

    private Peer interested(int node, String account, String resource) throws Exception {
        Peer peer = cluster.node(node).client(account, resource);
        get(peer, null);
        return peer;
    }

    @Test
    void subscriptionsToADomainThatIsNotReachedComeBack() throws Exception {
        Peer alice = interested(0, "alice", "home");
        Jid nurse = Jid.of("nurse@far.example");
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, nurse));
        assertEquals("<item jid='nurse@far.example' ask='subscribe' subscription='none'/>", pushed(alice));
        alice.expectError(Condition.REMOTE_SERVER_NOT_FOUND, "nurse@far.example");
        alice.send(Presence.of(Presence.Type.UNSUBSCRIBE, null, nurse));
        assertEquals("<item jid='nurse@far.example' subscription='none'/>", pushed(alice));
        alice.expectError(Condition.REMOTE_SERVER_NOT_FOUND, "nurse@far.example");
        alice.expectNothing();
    }

    // 2.1 to 2.5

    @Test
    void aRosterSetIsPushedToAllInterestedResourcesOnAllNodes() throws Exception {
        Peer home = interested(0, "alice", "home");
        Peer desk = interested(1, "alice", "desk");
        Peer shy = cluster.node(1).client("alice", "shy");
        String id = set(
                home,
                item("nurse@other.test/x")
                        .attribute("name", "Nurse")
                        .child("group", "Servants")
                        .build());
        String item = "<item jid='nurse@other.test' name='Nurse' subscription='none'><group>Servants</group></item>";
        assertEquals(item, pushed(home));
        home.expectIq(Iq.Type.RESULT, id);
        assertEquals(item, pushed(desk));
        shy.expectNothing();
        // A client may say neither what is subscribed nor what is asked.
        set(
                home,
                item("nurse@other.test")
                        .attribute("subscription", "both")
                        .attribute("ask", "subscribe")
                        .build());
        assertEquals("<item jid='nurse@other.test' subscription='none'/>", pushed(desk));
        assertEquals("<query><item jid='nurse@other.test' subscription='none'/></query>", get(shy, null));
        set(desk, item("nurse@other.test").attribute("subscription", "remove").build());
        assertEquals("<item jid='nurse@other.test' subscription='remove'/>", pushed(shy));
        assertEquals("<query/>", get(shy, null));
    }

    @Test
    void whatIsNotAcceptedIsRefusedAndChangesNothing() throws Exception {
        Peer alice = interested(0, "alice", "a");
        String own = "alice@trestle.test";
        set(alice);
        alice.expectError(Condition.BAD_REQUEST, own);
        set(alice, item("a@x.test").build(), item("b@x.test").build());
        alice.expectError(Condition.BAD_REQUEST, own);
        set(alice, Element.of("item", NS).build());
        alice.expectError(Condition.BAD_REQUEST, own);
        set(alice, item("a@x.test").child("group", "G").child("group", "G").build());
        alice.expectError(Condition.BAD_REQUEST, own);
        set(alice, item("a@x.test").child("group", "").build());
        alice.expectError(Condition.NOT_ACCEPTABLE, own);
        set(alice, item("a@x.test").child("group", "g".repeat(300)).build());
        alice.expectError(Condition.NOT_ACCEPTABLE, own);
        set(alice, item("a@x.test").attribute("name", "n".repeat(300)).build());
        alice.expectError(Condition.NOT_ACCEPTABLE, own);
        set(alice, item("@@").build());
        alice.expectError(Condition.JID_MALFORMED, own);
        set(alice, item("nobody@x.test").attribute("subscription", "remove").build());
        alice.expectError(Condition.ITEM_NOT_FOUND, own);
        assertEquals("<query/>", get(alice, null));
        assertEquals(2, cluster.node(0).counted("xmpp.roster.refused", "limit", "name"));
        alice.send(Iq.of(Iq.Type.GET, null, BOB, "other", query().build()));
        alice.expectError(Condition.SERVICE_UNAVAILABLE, BOB.toString());
    }

    // 2.6

    @Test
    void aClientThatHasTheRosterIsToldNothing() throws Exception {
        Peer alice = interested(0, "alice", "a");
        set(alice, item("nurse@other.test").build());
        String version = version(alice);
        alice.expect();
        assertEquals("", get(alice, version));
        Peer other = cluster.node(1).client("alice", "b");
        assertEquals("", get(other, version));
        String whole = "<query ver='" + version + "'><item jid='nurse@other.test' subscription='none'/></query>";
        assertEquals(whole, get(other, ""));
        assertEquals(whole, get(other, "something else"));
        // Also what is gone is a change.
        set(alice, item("nurse@other.test").attribute("subscription", "remove").build());
        String later = version(other);
        assertEquals("<query ver='" + later + "'/>", get(other, version));
        assertTrue(Long.parseLong(later) > Long.parseLong(version));
    }

    // 3.1

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSubscriptionIsAskedForAndGiven(int node) throws Exception {
        Peer alice = interested(0, "alice", "a").available(1);
        Peer bob = interested(node, "bob", "b").available(2);
        Peer shy = interested(node, "bob", "shy");
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, Jid.of("bob@trestle.test/anything")));
        assertEquals("<item jid='bob@trestle.test' ask='subscribe' subscription='none'/>", pushed(alice));
        subscription(bob, Presence.Type.SUBSCRIBE, ALICE);
        // Who has only asked is in no roster, and a request is for those who can see it.
        shy.expectNothing();
        assertEquals("<query/>", get(shy, null));
        bob.send(Presence.of(Presence.Type.SUBSCRIBED, null, ALICE));
        assertEquals("<item jid='alice@trestle.test' subscription='from'/>", pushed(bob));
        assertEquals("<item jid='alice@trestle.test' subscription='from'/>", pushed(shy));
        // Between two nodes the contact's presence and the answer come by two ways.
        if (node == 0) {
            subscription(alice, Presence.Type.SUBSCRIBED, BOB);
            assertEquals("<item jid='bob@trestle.test' subscription='to'/>", pushed(alice));
            assertEquals(
                    BOB, assertInstanceOf(Presence.class, alice.expect()).from().bare());
        } else {
            alice.expect();
            alice.expect();
            alice.expect();
        }
        alice.expectNothing();
        assertEquals("<query><item jid='bob@trestle.test' subscription='to'/></query>", get(alice, null));
        // 3.1.3: who is subscribed already is told so, and bob is not bothered.
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB));
        alice.expectNothing();
        bob.expectNothing();
    }

    @Test
    void aRequestIsKeptUntilItIsAnswered() throws Exception {
        Peer alice = interested(0, "alice", "a");
        Element nick = Element.of("nick", "http://jabber.org/protocol/nick")
                .text("Ali")
                .build();
        Peer bob = cluster.node(1).client("bob", "first");
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB, nick));
        pushed(alice);
        for (int login = 0; login < 2; login++) {
            bob.breaks();
            bob = cluster.node(login).client("bob", "b" + login);
            bob.send(Presence.of(Presence.Type.AVAILABLE, null, null));
            bob.expectPresence(Presence.Type.AVAILABLE, bob.jid);
            Presence asked = bob.expectPresence(Presence.Type.SUBSCRIBE, ALICE);
            assertEquals("Ali", asked.child("nick", nick.namespace()).text());
        }
        bob.send(Presence.of(Presence.Type.UNSUBSCRIBED, null, ALICE));
        subscription(alice, Presence.Type.UNSUBSCRIBED, BOB);
        assertEquals("<item jid='bob@trestle.test' subscription='none'/>", pushed(alice));
        Peer again = cluster.node(0).client("bob", "again").available(0);
        again.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        again.expectNothing();
    }

    @Test
    void nobodyLearnsWhichAccountsExist() throws Exception {
        Peer alice = interested(0, "alice", "a").available(0);
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, Jid.of("nobody@trestle.test")));
        assertEquals("<item jid='nobody@trestle.test' ask='subscribe' subscription='none'/>", pushed(alice));
        alice.expectNothing();
        assertNull(cluster.node(0).tables().get("of-account.rosters", "nobody@trestle.test"));
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, ALICE));
        alice.expectNothing();
    }

    // 3.2, 3.3

    private void befriend(Peer alice, Peer bob) throws Exception {
        alice.send(Presence.of(Presence.Type.SUBSCRIBED, null, BOB));
        pushed(alice);
        bob.send(Presence.of(Presence.Type.SUBSCRIBED, null, ALICE));
        pushed(bob);
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB));
        subscription(alice, Presence.Type.SUBSCRIBED, BOB);
        pushed(alice);
        pushed(bob);
        bob.send(Presence.of(Presence.Type.SUBSCRIBE, null, ALICE));
        subscription(bob, Presence.Type.SUBSCRIBED, ALICE);
        assertEquals("<item jid='alice@trestle.test' subscription='both'/>", pushed(bob));
        assertEquals("<item jid='bob@trestle.test' subscription='both'/>", pushed(alice));
    }

    /** What the other one hears, in any order of the stanza and the presence, and both rosters. */
    @ParameterizedTest
    @CsvSource({
        "UNSUBSCRIBED, 0, to, from",
        "UNSUBSCRIBED, 1, to, from",
        "UNSUBSCRIBE, 0, from, to",
        "UNSUBSCRIBE, 1, from, to"
    })
    void aSubscriptionEnds(Presence.Type type, int node, String left, String right) throws Exception {
        Peer alice = interested(0, "alice", "a");
        Peer bob = interested(node, "bob", "b");
        befriend(alice, bob);
        alice.available(0).expectNothing();
        bob.available(0);
        alice.expectPresence(Presence.Type.AVAILABLE, bob.jid);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(type, null, BOB));
        assertEquals("<item jid='bob@trestle.test' subscription='" + left + "'/>", pushed(alice));
        Peer told = type == Presence.Type.UNSUBSCRIBED ? bob : alice;
        Jid gone = type == Presence.Type.UNSUBSCRIBED ? alice.jid : bob.jid;
        boolean[] came = new boolean[2];
        int expected = told == bob ? 3 : 1;
        for (int i = 0; i < expected; i++) {
            if (told.expect() instanceof Presence presence && presence.type() == Presence.Type.UNAVAILABLE) {
                assertEquals(gone, presence.from());
                came[0] = true;
            }
        }
        assertTrue(came[0]);
        if (told == alice) {
            subscription(bob, type, ALICE);
            assertEquals("<item jid='alice@trestle.test' subscription='" + right + "'/>", pushed(bob));
        }
        alice.expectNothing();
        bob.expectNothing();
        assertEquals("<query><item jid='alice@trestle.test' subscription='" + right + "'/></query>", get(bob, null));
    }

    @Test
    void whoIsRemovedFromTheRosterIsUnsubscribedBothWays() throws Exception {
        Peer alice = interested(0, "alice", "a");
        Peer bob = interested(1, "bob", "b");
        befriend(alice, bob);
        String id = set(
                alice,
                item("bob@trestle.test").attribute("subscription", "remove").build());
        assertEquals("<item jid='bob@trestle.test' subscription='remove'/>", pushed(alice));
        alice.expectIq(Iq.Type.RESULT, id);
        subscription(bob, Presence.Type.UNSUBSCRIBE, ALICE);
        subscription(bob, Presence.Type.UNSUBSCRIBED, ALICE);
        assertEquals("<item jid='alice@trestle.test' subscription='none'/>", pushed(bob));
        assertEquals("<query/>", get(alice, null));
    }

    // Components

    @Test
    void aComponentAsksAndIsAsked() throws Exception {
        Peer alice = interested(0, "alice", "a").available(0);
        Peer bridge = cluster.node(1).component("cb1");
        Jid room = Jid.of("room@cb1.trestle.test");
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, room));
        assertEquals("<item jid='room@cb1.trestle.test' ask='subscribe' subscription='none'/>", pushed(alice));
        assertEquals(room, bridge.expectPresence(Presence.Type.SUBSCRIBE, ALICE).to());
        bridge.send(Presence.of(Presence.Type.SUBSCRIBED, room, ALICE));
        subscription(alice, Presence.Type.SUBSCRIBED, room);
        assertEquals("<item jid='room@cb1.trestle.test' subscription='to'/>", pushed(alice));
        bridge.send(Presence.of(Presence.Type.SUBSCRIBE, room, ALICE));
        subscription(alice, Presence.Type.SUBSCRIBE, room);
        alice.send(Presence.of(Presence.Type.SUBSCRIBED, null, room));
        assertEquals("<item jid='room@cb1.trestle.test' subscription='both'/>", pushed(alice));
        // The answer, and the presence of those who are there, leave at the same time.
        bridge.expect();
        bridge.expect();
        bridge.send(Presence.of(Presence.Type.PROBE, room, ALICE));
        bridge.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.send(Presence.of(Presence.Type.UNAVAILABLE, null, null));
        alice.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bridge.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bridge.send(Presence.of(Presence.Type.PROBE, room, ALICE));
        bridge.expectPresence(Presence.Type.UNAVAILABLE, ALICE);
        alice.available(0);
        bridge.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        bridge.expectPresence(Presence.Type.PROBE, alice.jid);
        set(alice, item(room.toString()).attribute("subscription", "remove").build());
        pushed(alice);
        bridge.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        bridge.expectPresence(Presence.Type.UNSUBSCRIBE, ALICE);
        bridge.expectPresence(Presence.Type.UNSUBSCRIBED, ALICE);
    }

    // The cluster

    @Test
    void twoChangesAtOnceAreBothMade() throws Exception {
        Peer one = interested(0, "alice", "one");
        Peer two = interested(1, "alice", "two");
        int each = 20;
        for (int i = 0; i < each; i++) {
            set(one, item("one" + i + "@other.test").build());
            set(two, item("two" + i + "@other.test").build());
        }
        for (Peer peer : List.of(one, two)) {
            for (int i = 0; i < 3 * each; i++) {
                Iq iq = assertInstanceOf(Iq.class, peer.expect());
                assertTrue(iq.type() == Iq.Type.RESULT || iq.type() == Iq.Type.SET, iq::toString);
            }
        }
        String whole = get(one, null);
        for (int i = 0; i < each; i++) {
            assertTrue(whole.contains("one" + i + "@") && whole.contains("two" + i + "@"), whole);
        }
    }

    @Test
    void aRosterIsStillThereWhenTheNodeThatMadeItIsLost() throws Exception {
        Peer alice = interested(0, "alice", "a");
        Peer bob = interested(1, "bob", "b");
        befriend(alice, bob);
        alice.available(0).expectNothing();
        bob.available(0);
        bob.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        cluster.kill(cluster.node(0));
        cluster.declareLost(cluster.node(0));
        bob.expectPresence(Presence.Type.UNAVAILABLE, alice.jid);
        Peer again = interested(1, "alice", "again");
        assertEquals("<query><item jid='bob@trestle.test' subscription='both'/></query>", get(again, null));
        again.available(0);
        bob.expectPresence(Presence.Type.AVAILABLE, again.jid);
        again.expectPresence(Presence.Type.AVAILABLE, bob.jid);
    }

    /** A push is an iq that was not answered when the session ended (XEP-0198): nobody is told, and the session is over. */
    @Test
    void aPushThatWasNotAcknowledgedIsNobodysError() throws Exception {
        Peer desk = cluster.node(1).client("alice", "desk").available(0);
        Peer home = interested(0, "alice", "home");
        home.enable(false, 0);
        set(home, item("nurse@other.test").build());
        pushed(home);
        home.expect();
        home.available(0);
        desk.expectPresence(Presence.Type.AVAILABLE, home.jid);
        home.breaks();
        desk.expectPresence(Presence.Type.UNAVAILABLE, home.jid);
        desk.expectNothing();
    }

    @Test
    void withoutAClusterAChangeIsRefused() throws Exception {
        Peer alice = interested(0, "alice", "a");
        cluster.log().cut(cluster.node(0).id, true);
        set(alice, item("nurse@other.test").build());
        alice.expectError(Condition.RESOURCE_CONSTRAINT, ALICE.toString());
        alice.send(Presence.of(Presence.Type.SUBSCRIBE, null, BOB));
        Presence error = assertInstanceOf(Presence.class, alice.expect());
        assertTrue(error.isError() && BOB.equals(error.from()), error::toString);
        assertEquals("<query/>", get(alice, null));
    }

    @Test
    void aRemovedAccountIsNobodysContactAnyMore() throws Exception {
        for (Jid account : List.of(ALICE, BOB)) {
            cluster.node(0)
                    .accounts
                    .add(account.toString(), "a password that is good", false)
                    .toCompletableFuture()
                    .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        Peer alice = interested(0, "alice", "a");
        Peer bob = interested(1, "bob", "b");
        befriend(alice, bob);
        cluster.node(1)
                .accounts
                .del(ALICE.toString())
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        cluster.timers.advance(Duration.ofSeconds(4));
        subscription(bob, Presence.Type.UNSUBSCRIBE, ALICE);
        subscription(bob, Presence.Type.UNSUBSCRIBED, ALICE);
        assertEquals("<item jid='alice@trestle.test' subscription='none'/>", pushed(bob));
        bob.expectNothing();
        assertNull(cluster.node(0).tables().get("of-account.rosters", ALICE.toString()));
    }

    // The limits

    @Test
    void aFullRosterTakesNoMore() throws Exception {
        Peer alice = interested(0, "alice", "a");
        for (int i = 0; i < 1_000; i++) {
            set(alice, item("c" + i + "@other.test").build());
            alice.expect();
            alice.expect();
        }
        set(alice, item("more@other.test").build());
        alice.expectError(Condition.RESOURCE_CONSTRAINT, ALICE.toString());
        set(alice, item("c5@other.test").attribute("name", "Five").build());
        assertEquals("<item jid='c5@other.test' name='Five' subscription='none'/>", pushed(alice));
        alice.expect();
        assertEquals(1, cluster.node(0).counted("xmpp.roster.refused", "limit", "items"));
        alice.send(Presence.of(
                Presence.Type.AVAILABLE,
                null,
                null,
                Element.of("priority", Namespaces.CLIENT).text("1").build()));
        alice.expectPresence(Presence.Type.AVAILABLE, alice.jid);
        alice.expectNothing();
    }
}
