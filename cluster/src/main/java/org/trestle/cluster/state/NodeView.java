package org.trestle.cluster.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.Reply.Status;

/** Members and node epochs. One writer, any reader. */
final class NodeView implements NodeEpochs {

    /**
     * What is known of a node.
     *
     * @param lostAt index of the entry that last declared it lost or removed it, 0 when none did
     * @param member null when it was removed
     */
    record Life(
            NodeId node, long epoch, long lostAt, @Nullable MemberRecord member) {
        boolean up() {
            return member != null && epoch > lostAt;
        }
    }

    private static final Comparator<MemberRecord> BY_ADDRESS = Comparator.comparing(
                    (MemberRecord member) -> member.cluster().host())
            .thenComparingInt(member -> member.cluster().port());

    private final Map<NodeId, Life> lives = new ConcurrentHashMap<>();
    private volatile List<MemberRecord> members = List.of();
    final Listeners<NodeListener> listeners = new Listeners<>();

    /** What an entry did, to be told when all views have changed. */
    record Outcome(Reply reply, boolean ends, Runnable telling) {
        static Outcome none(Status status, long index, String detail) {
            return new Outcome(new Reply(status, index, detail), false, () -> {});
        }
    }

    @Override
    public long epoch(NodeId node) {
        Life life = lives.get(node);
        return life == null ? 0 : life.epoch;
    }

    @Override
    public boolean up(NodeId node) {
        Life life = lives.get(node);
        return life != null && life.up();
    }

    @Override
    public boolean accepts(NodeId sender, long frameEpoch) {
        Life life = lives.get(sender);
        return life == null ? frameEpoch > 0 : frameEpoch >= life.epoch && frameEpoch > life.lostAt;
    }

    /** Whether the node is up, and has been since {@code epoch} began. */
    boolean current(NodeId node, long epoch) {
        Life life = lives.get(node);
        return life != null && life.up() && life.epoch == epoch;
    }

    List<MemberRecord> members() {
        return members;
    }

    /** In the order of the ids, removed ones included: what a snapshot holds. */
    List<Life> content() {
        return lives.values().stream().sorted(Comparator.comparing(Life::node)).toList();
    }

    Outcome up(long index, MemberRecord member) {
        Life old = lives.get(member.id());
        if (old != null && old.member == null) {
            return Outcome.none(Status.REMOVED, index, "");
        }
        Life holder = holder(member.cluster(), member.id());
        if (holder != null && holder.up()) {
            return Outcome.none(Status.ADDRESS_TAKEN, index, holder.node.value());
        }
        if (old == null && holder == null && members.size() >= Limits.MEMBERS) {
            return Outcome.none(Status.REJECTED, index, "there are " + Limits.MEMBERS + " members already");
        }
        if (holder != null) {
            lives.put(holder.node, new Life(holder.node, holder.epoch, index, null));
        }
        lives.put(member.id(), new Life(member.id(), index, old == null ? 0 : old.lostAt, member));
        refresh();
        return new Outcome(Reply.of(Status.APPLIED, index), old != null && old.up(), () -> {
            if (holder != null) {
                listeners.tell(listener -> listener.gone(holder.node));
            }
            listeners.tell(listener -> listener.up(member, index));
        });
    }

    Outcome lost(long index, NodeId node, long epoch) {
        Life old = lives.get(node);
        MemberRecord member = old == null ? null : old.member;
        if (old == null || member == null || !old.up() || old.epoch != epoch) {
            return Outcome.none(Status.NOTHING, index, "");
        }
        lives.put(node, new Life(node, epoch, index, member));
        return new Outcome(
                Reply.of(Status.APPLIED, index), true, () -> listeners.tell(listener -> listener.lost(member, index)));
    }

    Outcome gone(long index, NodeId node) {
        Life old = lives.get(node);
        if (old != null && old.member == null) {
            return Outcome.none(Status.NOTHING, index, "");
        }
        // A node that is not known may still be about to say that it is up: its removal is remembered all the same.
        lives.put(node, new Life(node, old == null ? 0 : old.epoch, index, null));
        refresh();
        return new Outcome(
                Reply.of(Status.APPLIED, index),
                old != null && old.up(),
                () -> listeners.tell(listener -> listener.gone(node)));
    }

    /** Takes other content; the returned task tells what is different. Adds to {@code lost} whose epochs ended. */
    Runnable replace(List<Life> content, Set<NodeId> lost) {
        List<Life> before = content();
        Set<NodeId> kept = new HashSet<>();
        for (Life life : content) {
            lives.put(life.node, life);
            kept.add(life.node);
        }
        lives.keySet().retainAll(kept);
        refresh();
        List<Runnable> tellings = new ArrayList<>();
        for (Life old : before) {
            MemberRecord member = old.member;
            Life now = lives.get(old.node);
            if (old.up() && !current(old.node, old.epoch)) {
                lost.add(old.node);
            }
            if (member != null && (now == null || now.member == null)) {
                tellings.add(() -> listeners.tell(listener -> listener.gone(old.node)));
            } else if (member != null && now != null && old.up() && !now.up()) {
                tellings.add(() -> listeners.tell(listener -> listener.lost(member, now.lostAt)));
            }
        }
        Set<Life> known = Set.copyOf(before);
        for (Life now : content) {
            MemberRecord member = now.member;
            if (member != null && now.up() && !known.contains(now)) {
                tellings.add(() -> listeners.tell(listener -> listener.up(member, now.epoch)));
            }
        }
        return () -> tellings.forEach(Runnable::run);
    }

    private @Nullable Life holder(NodeAddress cluster, NodeId except) {
        for (MemberRecord member : members) {
            if (member.cluster().equals(cluster) && !member.id().equals(except)) {
                return lives.get(member.id());
            }
        }
        return null;
    }

    private void refresh() {
        members = lives.values().stream()
                .map(Life::member)
                .filter(Objects::nonNull)
                .sorted(BY_ADDRESS)
                .toList();
        List<Life> removed = lives.values().stream()
                .filter(life -> life.member == null)
                .sorted(Comparator.comparingLong(Life::lostAt))
                .toList();
        for (Life oldest : removed.subList(0, Math.max(0, removed.size() - Limits.REMOVED))) {
            lives.remove(oldest.node);
        }
    }
}
