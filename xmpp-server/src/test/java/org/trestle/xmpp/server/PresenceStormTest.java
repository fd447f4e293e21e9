package org.trestle.xmpp.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Presence;

/** Sessions come, go, replace each other and die with their node at random: everybody hears of each end exactly once. */
final class PresenceStormTest {
    private static final int ACCOUNTS = 6;
    private static final int STEPS = 150;

    private record Live(Peer peer, TestCluster.Node node) {}

    private final Map<Integer, Live> live = new HashMap<>();
    // Receiver to those whose presence it has.
    private final Map<Peer, Set<Peer>> told = new HashMap<>();
    private Random random;
    private TestCluster cluster;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyEndIsHeardOnce(long seed) throws Exception {
        random = new Random(seed);
        try (TestCluster opened = new TestCluster(3)) {
            cluster = opened;
            int killAt = random.nextInt(STEPS);
            for (int step = 0; step < STEPS; step++) {
                if (step == killAt) {
                    killNode();
                } else {
                    step(random.nextInt(10));
                }
            }
            quiet();
        }
    }

    private void step(int kind) throws Exception {
        int from = random.nextInt(ACCOUNTS);
        int to = random.nextInt(ACCOUNTS);
        if (!live.containsKey(from) || kind < 2) {
            connect(from);
        } else if (kind == 2) {
            Peer peer = live.remove(from).peer();
            peer.breaks();
            end(Set.of(peer));
        } else if (live.containsKey(to) && from != to) {
            tell(live.get(from).peer(), live.get(to).peer(), kind > 4);
        }
    }

    private void connect(int account) throws Exception {
        TestCluster.Node node;
        do {
            node = cluster.node(random.nextInt(3));
        } while (node.dead);
        Live before = live.remove(account);
        Peer peer = node.client("user" + account, "r");
        live.put(account, new Live(peer, node));
        told.put(peer, new HashSet<>());
        if (before != null) {
            before.peer().ended();
            end(Set.of(before.peer()));
        }
    }

    private void tell(Peer from, Peer to, boolean available) throws Exception {
        Presence.Type type = available ? Presence.Type.AVAILABLE : Presence.Type.UNAVAILABLE;
        from.send(Presence.of(type, null, to.jid));
        to.expectPresence(type, from.jid);
        to.expectNothing();
        if (available) {
            told.get(to).add(from);
        } else {
            told.get(to).remove(from);
        }
    }

    private void killNode() throws Exception {
        TestCluster.Node node = cluster.node(random.nextInt(3));
        Set<Peer> dead = new HashSet<>();
        live.values().removeIf(here -> here.node() == node && dead.add(here.peer()));
        cluster.kill(node);
        cluster.declareLost(node);
        end(dead);
    }

    /** These are gone: whoever was told of them hears it, in any order, and nothing else. */
    private void end(Set<Peer> gone) throws Exception {
        told.keySet().removeAll(gone);
        for (Map.Entry<Peer, Set<Peer>> entry : told.entrySet()) {
            List<Jid> heard = new ArrayList<>();
            entry.getValue().removeIf(sender -> gone.contains(sender) && heard.add(sender.jid));
            entry.getKey().expectPresences(Presence.Type.UNAVAILABLE, heard.toArray(Jid[]::new));
        }
        quiet();
    }

    private void quiet() throws Exception {
        for (Live each : live.values()) {
            each.peer().expectNothing();
        }
    }
}
