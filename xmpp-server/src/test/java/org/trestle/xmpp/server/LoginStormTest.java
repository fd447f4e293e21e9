package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Everybody logs in: what a login costs the leader and the bus, and that everybody sees everybody. With
 * {@code -Dtrestle.storm.users=1000 -Dtrestle.storm.contacts=50} it is a measurement.
 */
final class LoginStormTest {
    private static final int USERS = Integer.getInteger("trestle.storm.users", 24);
    private static final int CONTACTS = Integer.getInteger("trestle.storm.contacts", 6);

    private static Jid account(int number) {
        return Jid.of("u" + Math.floorMod(number, USERS) + "@" + TestCluster.DOMAIN);
    }

    /** User n is subscribed with those up to half of the contacts before and after it in a ring. */
    private static void befriend(TestCluster cluster) throws Exception {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            peers.add(cluster.node(0).client("u" + i, "setup"));
        }
        for (int i = 0; i < USERS; i++) {
            for (int distance = 1; distance <= CONTACTS / 2; distance++) {
                for (int other : new int[] {i - distance, i + distance}) {
                    peers.get(i).send(Presence.of(Presence.Type.SUBSCRIBED, null, account(other)));
                }
            }
            peers.get(i).expectNothing();
        }
        for (int i = 0; i < USERS; i++) {
            for (int distance = 1; distance <= CONTACTS / 2; distance++) {
                for (int other : new int[] {i - distance, i + distance}) {
                    peers.get(i).send(Presence.of(Presence.Type.SUBSCRIBE, null, account(other)));
                }
            }
            peers.get(i).expectNothing();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everybodySeesEverybodyForTwoCommandsEach(int nodes) throws Exception {
        try (TestCluster cluster = new TestCluster(nodes)) {
            befriend(cluster);
            List<Peer> peers = new ArrayList<>();
            int commands = cluster.log().size();
            long frames = cluster.frames();
            long cpu = cpu();
            for (int i = 0; i < USERS; i++) {
                Peer peer = cluster.node(i % nodes).client("u" + i, "storm");
                peers.add(peer);
                peer.send(Iq.of(
                        Iq.Type.GET,
                        null,
                        null,
                        "r",
                        Element.of("query", "jabber:iq:roster").build()));
                peer.send(Presence.of(
                        Presence.Type.AVAILABLE,
                        null,
                        null,
                        Element.of("status", Namespaces.CLIENT).text("here").build()));
            }
            for (Peer peer : peers) {
                assertEquals(
                        CONTACTS,
                        peer.expectIq(Iq.Type.RESULT, "r")
                                .children()
                                .get(0)
                                .children()
                                .size());
                List<Jid> seen = new ArrayList<>();
                while (seen.stream().distinct().count() < CONTACTS + 1) {
                    seen.add(assertInstanceOf(Presence.class, peer.expect()).from());
                }
            }
            commands = cluster.log().size() - commands;
            frames = cluster.frames() - frames;
            if (Integer.getInteger("trestle.storm.users") != null) {
                System.out.printf(
                        "nodes=%d users=%d contacts=%d commands=%d frames=%d cpu_us_per_login=%d%n",
                        nodes, USERS, CONTACTS, commands, frames, (cpu() - cpu) / 1000 / USERS);
            }
            // To bind, and to be available; presence itself goes from node to node.
            assertEquals(2 * USERS, commands);
            // At most a notice to, a question to, and an answer from each contact on another node.
            assertTrue(frames <= 3L * USERS * CONTACTS * (nodes - 1) / nodes, () -> "frames");
        }
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
