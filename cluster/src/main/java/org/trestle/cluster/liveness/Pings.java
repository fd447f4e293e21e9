package org.trestle.cluster.liveness;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException;
import org.trestle.cluster.transport.PeerTransport;

/**
 * Asks every other member now and then, and remembers when each answered, when it last refused a connection, and how far
 * it has applied the log.
 */
final class Pings {
    static final String SUBJECT = "ping";
    private static final int REFUSALS_OF_THE_DEAD = 2;

    private final PeerTransport transport;
    private final MemberView members;
    private final Timers timers;
    private final Duration timeout;
    private final LongSupplier applied;
    private final Runnable news;
    private final Map<NodeId, Seen> seen = new ConcurrentHashMap<>();

    /** What is known of one member; a fresh value for each piece of news. */
    private record Seen(long answered, int refusals, long refused, long applied, boolean asking) {
        static final Seen NOTHING = new Seen(0, 0, 0, 0, false);

        Seen asked() {
            return new Seen(answered, refusals, refused, applied, true);
        }

        Seen heard(long now, long index) {
            return new Seen(now, 0, 0, Math.max(applied, index), false);
        }

        Seen silent() {
            return new Seen(answered, 0, 0, applied, false);
        }

        Seen refused(long now, boolean answer) {
            return new Seen(answered, refusals + 1, now, applied, asking && !answer);
        }

        Seen told(long index) {
            return new Seen(answered, 0, 0, Math.max(applied, index), asking);
        }
    }

    Pings(
            PeerTransport transport,
            MemberView members,
            Timers timers,
            Duration timeout,
            LongSupplier applied,
            Runnable news) {
        this.transport = transport;
        this.members = members;
        this.timers = timers;
        this.timeout = timeout;
        this.applied = applied;
        this.news = news;
        transport.handle(SUBJECT, (from, body) -> {
            learn(from, body);
            return CompletableFuture.completedFuture(position());
        });
    }

    /** Asks every member that owes no answer. */
    void round() {
        seen.keySet().retainAll(members.members());
        for (NodeId member : members.members()) {
            if (!member.equals(transport.self())) {
                ask(member);
            }
        }
    }

    private void ask(NodeId member) {
        Seen before = seen.getOrDefault(member, Seen.NOTHING);
        if (before.asking()) {
            return;
        }
        seen.put(member, before.asked());
        transport.request(member, SUBJECT, position(), timeout).whenComplete((answer, failure) -> {
            if (failure == null) {
                long index =
                        answer.length == Long.BYTES ? ByteBuffer.wrap(answer).getLong() : 0;
                seen.merge(
                        member,
                        Seen.NOTHING.heard(timers.nanos(), index),
                        (old, fresh) -> old.heard(fresh.answered(), index));
            } else {
                boolean refused = refused(failure);
                seen.computeIfPresent(member, (id, old) -> refused ? old.refused(timers.nanos(), true) : old.silent());
            }
            news.run();
        });
    }

    private static boolean refused(Throwable failure) {
        Throwable cause =
                failure.getCause() != null && !(failure instanceof PeerException) ? failure.getCause() : failure;
        return cause instanceof PeerException peer && peer.kind() == PeerException.Kind.REFUSED;
    }

    /** Somebody's connection to that member was refused. */
    void refused(NodeId member) {
        seen.computeIfPresent(member, (id, old) -> old.refused(timers.nanos(), false));
    }

    /** A member says how far it has applied the log. */
    void learn(NodeId member, byte[] body) {
        if (body.length == Long.BYTES) {
            long index = ByteBuffer.wrap(body).getLong();
            seen.merge(member, Seen.NOTHING.told(index), (old, fresh) -> old.told(index));
        }
    }

    byte[] position() {
        return ByteBuffer.allocate(Long.BYTES).putLong(applied.getAsLong()).array();
    }

    /** The last sign of life; 0 when there was none. */
    long lastHeard(NodeId member) {
        return Math.max(
                transport.lastHeard(member),
                seen.getOrDefault(member, Seen.NOTHING).answered());
    }

    /** Whether nothing listens there any more: the process is gone, not only slow. */
    boolean gone(NodeId member) {
        return lastGone(member) != 0;
    }

    /** When a connection last found nobody there; 0 when somebody listens, as far as is known. */
    long lastGone(NodeId member) {
        Seen known = seen.getOrDefault(member, Seen.NOTHING);
        boolean refused = known.refusals() >= REFUSALS_OF_THE_DEAD && known.refused() > transport.lastHeard(member);
        return refused ? known.refused() : 0;
    }

    long applied(NodeId member) {
        return seen.getOrDefault(member, Seen.NOTHING).applied();
    }
}
