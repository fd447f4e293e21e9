package org.trestle.cluster.sim;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.transport.PeerTransport;

/**
 * The network of a simulation: every message takes a random time, in order per pair of nodes and subject. A partition eats
 * what is sent and what is under way; at a killed node nobody listens.
 */
public final class SimNetwork {
    /** Bytes under way on one link at which it takes no more without queueing. */
    static final int WRITABLE = 64 << 10;

    private record Link(NodeId from, NodeId to) {}

    private record Lane(NodeId from, NodeId to, String subject) {}

    private final SimTimers timers;
    private final Random random;
    private final Map<NodeId, SimPeer> peers = new HashMap<>();
    private final Set<Link> cut = new HashSet<>();
    private final Map<Lane, Long> arrivals = new HashMap<>();
    private Duration shortest = Duration.ofNanos(100_000);
    private Duration longest = Duration.ofMillis(2);
    private long lost;

    public SimNetwork(SimTimers timers, long seed) {
        this.timers = timers;
        this.random = new Random(seed);
    }

    /** How long a message takes, one way. */
    public void latency(Duration from, Duration to) {
        shortest = from;
        longest = to;
    }

    /** The transport of a node that starts at this address, in place of a former process of the same id. */
    public PeerTransport open(SimProcess process, NodeId self, NodeAddress address) {
        SimPeer peer = new SimPeer(this, process, self, address);
        peers.put(self, peer);
        return peer;
    }

    /** Nobody listens at the node's address any more, and those who can reach it are told so. */
    public void kill(NodeId node) {
        SimPeer dead = peers.get(node);
        if (dead != null) {
            dead.process().kill();
            List.copyOf(peers.values()).forEach(peer -> {
                if (peer != dead && reaches(peer.self(), node)) {
                    timers.after(delay(), () -> peer.refused(node));
                }
            });
        }
    }

    /** Nodes of different groups cannot talk; those that are in no group are a group of their own. */
    public void partition(List<? extends Collection<NodeId>> groups) {
        heal();
        for (NodeId one : peers.keySet()) {
            for (NodeId other : peers.keySet()) {
                if (groups.stream().noneMatch(group -> group.contains(one) && group.contains(other))
                        && groups.stream().anyMatch(group -> group.contains(one) || group.contains(other))) {
                    cut(one, other);
                }
            }
        }
    }

    /** These two cannot talk to each other. */
    public void cut(NodeId one, NodeId other) {
        if (!one.equals(other)) {
            cut.add(new Link(one, other));
            cut.add(new Link(other, one));
        }
    }

    /** These two can talk again. */
    public void mend(NodeId one, NodeId other) {
        cut.remove(new Link(one, other));
        cut.remove(new Link(other, one));
    }

    public void heal() {
        cut.clear();
    }

    /** Whether messages of the first reach the second, as far as the network goes. */
    public boolean reaches(NodeId from, NodeId to) {
        return !cut.contains(new Link(from, to));
    }

    /** Messages that a partition or a dead receiver has eaten. */
    public long lost() {
        return lost;
    }

    @Nullable
    SimPeer listening(NodeId node, @Nullable NodeAddress address) {
        SimPeer peer = peers.get(node);
        return peer != null && !peer.process().killed() && peer.address().equals(address) ? peer : null;
    }

    Duration delay() {
        return shortest.plusNanos(
                (long) (random.nextDouble() * longest.minus(shortest).toNanos()));
    }

    /** Runs {@code arrival} at {@code to} after all earlier messages of this subject; {@code loss} when it is lost. */
    void carry(SimPeer from, SimPeer to, String subject, Runnable arrival, Runnable loss) {
        Lane lane = new Lane(from.self(), to.self(), subject);
        long due = Math.max(timers.nanos() + delay().toNanos(), arrivals.getOrDefault(lane, 0L) + 1);
        arrivals.put(lane, due);
        timers.after(Duration.ofNanos(due - timers.nanos()), () -> {
            if (!reaches(from.self(), to.self()) || to.process().killed()) {
                lost++;
                loss.run();
            } else {
                to.process().execute(arrival);
            }
        });
    }
}
