package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.trestle.xmpp.stanza.StanzaError.Condition.SERVICE_UNAVAILABLE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/**
 * Table 1 of RFC 6121 (8.5.4), row by row, with the receiver's resources on three nodes. A cell says what becomes of a
 * stanza: E is an error, S silence, O that it waits for a resource; else the resources that get it.
 * Resources are called by their priorities: {@code minus} one, {@code zero} and {@code five}.
 */
final class DeliveryTableTest {
    private static final String BOB = "bob@trestle.test";
    private static final String OFFLINE = "of-account.offline";
    private static final Map<String, Integer> PRIORITIES = Map.of("minus", -1, "zero", 0, "five", 5);

    @ParameterizedTest(name = "{0}, to bob {1}")
    // Resources, address; chat, normal, groupchat, headline, error; presence; iq.
    @CsvSource({
        "no account,    ,       E,     E,      E,         S,         S,     S,               E",
        "no account,    /gone,  E,     E,      E,         E,         S,     S,               E",
        "nobody,        ,       O,     O,      E,         S,         S,     S,               E",
        "nobody,        /gone,  O,     E,      E,         E,         S,     S,               E",
        "minus,         ,       O,     O,      E,         S,         S,     minus,           E",
        "minus,         /minus, minus, minus,  minus,     minus,     minus, minus,           minus",
        "minus,         /gone,  O,     E,      E,         E,         S,     S,               E",
        "minus zero,    ,       zero,  zero,   E,         zero,      S,     minus zero,      E",
        "minus zero,    /zero,  zero,  zero,   zero,      zero,      zero,  zero,            zero",
        "minus zero,    /minus, minus, minus,  minus,     minus,     minus, minus,           minus",
        "minus zero,    /gone,  zero,  E,      E,         E,         S,     S,               E",
        "minus zero five, ,     five,  five,   E,         zero five, S,     minus zero five, E",
        "minus zero five, /zero, zero, zero,   zero,      zero,      zero,  zero,            zero",
        "minus zero five, /gone, five, E,      E,         E,         S,     S,               E"
    })
    void row(ArgumentsAccessor row) throws Exception {
        try (TestCluster cluster = new TestCluster(3)) {
            String resources = row.getString(0);
            if (!resources.equals("no account")) {
                cluster.node(0)
                        .accounts
                        .add(BOB, "a password that is good", false)
                        .toCompletableFuture()
                        .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            Map<String, Peer> bobs = bobs(cluster, resources);
            Peer alice = cluster.node(0).client("alice", "a");
            Jid to = Jid.of(BOB + (row.getString(1) == null ? "" : row.getString(1)));
            Message.Type[] types = {
                Message.Type.CHAT,
                Message.Type.NORMAL,
                Message.Type.GROUPCHAT,
                Message.Type.HEADLINE,
                Message.Type.ERROR
            };
            for (int i = 0; i < types.length; i++) {
                check(
                        cluster,
                        alice,
                        bobs,
                        row.getString(2 + i),
                        new Message(types[i], to, null, "m" + i, null, Peer.body("hello")));
            }
            check(cluster, alice, bobs, row.getString(7), Presence.of(Presence.Type.AVAILABLE, null, to));
            Element ping = Element.of("ping", "urn:xmpp:ping").build();
            check(cluster, alice, bobs, row.getString(8), Iq.of(Iq.Type.GET, null, to, "q", ping));
        }
    }

    private static Map<String, Peer> bobs(TestCluster cluster, String resources) throws Exception {
        Map<String, Peer> bobs = new LinkedHashMap<>();
        for (String resource : resources.split(" ")) {
            Integer priority = PRIORITIES.get(resource);
            if (priority != null) {
                Peer peer = cluster.node(bobs.size()).client("bob", resource).available(priority);
                for (Peer before : bobs.values()) {
                    before.expectPresence(Presence.Type.AVAILABLE, peer.jid);
                }
                peer.expectPresences(
                        Presence.Type.AVAILABLE,
                        bobs.values().stream().map(before -> before.jid).toArray(Jid[]::new));
                bobs.put(resource, peer);
            }
        }
        return bobs;
    }

    private static void check(TestCluster cluster, Peer alice, Map<String, Peer> bobs, String cell, Stanza stanza)
            throws Exception {
        int kept = cluster.node(2).tables().rows(OFFLINE).size();
        alice.send(stanza);
        if (cell.equals("E")) {
            alice.expectError(SERVICE_UNAVAILABLE, String.valueOf(stanza.to()));
        }
        alice.expectNothing();
        List<String> receivers = List.of(cell.split(" "));
        for (Map.Entry<String, Peer> bob : bobs.entrySet()) {
            if (receivers.contains(bob.getKey())) {
                Stanza received = bob.getValue().expect();
                assertEquals(stanza.withFrom(alice.jid).typeText(), received.typeText());
                assertEquals(stanza.to(), received.to());
                assertEquals(alice.jid, received.from());
            }
            bob.getValue().expectNothing();
        }
        assertEquals(
                cell.equals("O") ? kept + 1 : kept,
                cluster.node(2).tables().rows(OFFLINE).size());
    }
}
