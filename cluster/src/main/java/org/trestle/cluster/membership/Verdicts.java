package org.trestle.cluster.membership;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/**
 * What a change of membership is allowed to do, and the words in which it is refused. Pure: looks at the members as one
 * node sees them, and returns null when there is nothing against it.
 */
public final class Verdicts {

    private Verdicts() {}

    /**
     * Whether {@code joiner} may become a voter.
     *
     * @param peers the members as the leader sees them
     */
    public static @Nullable String join(List<Peer> peers, NodeId joiner, NodeAddress address, boolean force) {
        if (votes(peers, joiner)) {
            return null;
        }
        Peer holder = holder(peers, joiner, address);
        if (holder != null && holder.up()) {
            return "the address " + address + " belongs to " + named(holder) + ", which is up (last heard "
                    + age(holder.lastHeard()) + " ago), so another node cannot join with it. Give this node an address "
                    + "of its own, or, if it replaces that one, stop that one first and try again.";
        }
        long voters = voters(peers, holder == null ? null : holder.id()) + 1;
        if (voters == 2 && !force) {
            return "with this node the cluster would have two voters, and two are worse than one: when either fails the "
                    + "other has no majority, and nobody can log in. Three is the smallest cluster that survives the "
                    + "loss of a node. If a third node joins right after this one, repeat the command with --force.";
        }
        if (voters == 4 && !force) {
            return "with this node the cluster would have four voters, which survive the loss of one, as three do, and "
                    + "stop when they are split in halves. " + lost(peers) + "If a fifth node joins right after this "
                    + "one, repeat the command with --force.";
        }
        return null;
    }

    private static String lost(List<Peer> peers) {
        return peers.stream()
                .filter(peer -> peer.voting() && !peer.up())
                .findFirst()
                .map(peer -> "If it replaces " + named(peer) + ", which is down, run \"xmpp cluster remove " + peer.id()
                        + "\" first. ")
                .orElse("");
    }

    /** Whether {@code self} may leave its cluster. */
    public static @Nullable String leave(List<Peer> peers, NodeId self, boolean force) {
        long remaining = voters(peers, self);
        if (remaining == 2 && !force) {
            return "two voters would remain, and then losing either stops the cluster. Join another node first, or "
                    + "repeat the command with --force.";
        }
        return null;
    }

    /** Whether {@code node} may be taken out by somebody else. A node that is no member any more: nothing against it. */
    public static @Nullable String remove(List<Peer> peers, NodeId node, boolean force) {
        Peer peer = find(peers, node);
        if (peer != null && peer.up() && !force) {
            return named(peer) + " is up (last heard " + age(peer.lastHeard())
                    + " ago). To take it out in good order run "
                    + "\"xmpp cluster remove\" on that node; to throw it out all the same, repeat the command with --force.";
        }
        return null;
    }

    /** The refusal for an id that is neither a member nor was one. */
    public static String unknown(List<Peer> peers, NodeId node) {
        return "no such node: " + node + ". The peers are: "
                + peers.stream().map(Verdicts::listed).collect(Collectors.joining("; ")) + ".";
    }

    /** What to say after a removal that left two voters; null otherwise. */
    public static @Nullable String warning(List<Peer> peers, NodeId gone) {
        return voters(peers, gone) == 2
                ? "two voters remain: losing either stops the cluster. Join another node soon."
                : null;
    }

    /** The dead or living member of another id that has {@code address}; null when the address is free. */
    public static @Nullable Peer holder(List<Peer> peers, NodeId joiner, NodeAddress address) {
        for (Peer peer : peers) {
            if (peer.cluster().equals(address) && !peer.id().equals(joiner)) {
                return peer;
            }
        }
        return null;
    }

    /** The member of that id, or null. */
    public static @Nullable Peer find(List<Peer> peers, NodeId node) {
        for (Peer peer : peers) {
            if (peer.id().equals(node)) {
                return peer;
            }
        }
        return null;
    }

    /** A member as messages call it. */
    public static String named(Peer peer) {
        return "node " + peer.name() + " (" + peer.id() + ")";
    }

    private static String listed(Peer peer) {
        return peer.id() + " " + peer.name() + " " + peer.cluster() + (peer.up() ? " up" : " down");
    }

    private static boolean votes(List<Peer> peers, NodeId node) {
        Peer peer = find(peers, node);
        return peer != null && peer.voting();
    }

    private static long voters(List<Peer> peers, @Nullable NodeId without) {
        return peers.stream()
                .filter(peer -> peer.voting() && !peer.id().equals(without))
                .count();
    }

    /** An age as people read it: tenths of seconds, then minutes and hours. */
    public static String age(@Nullable Duration age) {
        if (age == null) {
            return "an unknown time";
        }
        long seconds = age.toSeconds();
        if (seconds < 60) {
            return seconds + "." + age.toMillisPart() / 100 + " s";
        }
        return seconds < 3600 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
