package org.trestle.cluster.state;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.ReplicatedLog;

/** The entries about nodes, for those who run the membership and watch who is alive. */
public final class StateNodes {

    /** What became of an entry about a node. */
    public enum Verdict {
        DONE,
        /** There was nothing to do: the epoch is over already, or the node is removed already. */
        NOTHING,
        /** Another member that is up has this cluster address: {@link Result#detail} is its id. */
        ADDRESS_TAKEN,
        /** A node of this id was removed: it has to start with an empty log and so with a new id. */
        REMOVED,
        /** Refused for what {@link Result#detail} says. */
        REJECTED
    }

    /**
     * The answer.
     *
     * @param index the log index of the entry: the node's new epoch, when {@link #up} is done
     */
    public record Result(Verdict verdict, long index, String detail) {
        public boolean done() {
            return verdict == Verdict.DONE;
        }
    }

    private final Submission submission;

    public StateNodes(Supplier<ReplicatedLog> log) {
        this.submission = new Submission(log);
    }

    /**
     * Says that the member is up, here and with these addresses: its new epoch begins, and all that its former one owned
     * ends. A member with the same cluster address is forgotten when it is down; else this is refused.
     */
    public CompletionStage<Result> up(MemberRecord member) {
        return submit(new Command.NodeUp(member));
    }

    /** Declares a node lost: all its entries of the directory end in this one entry, unless {@code epoch} is over. */
    public CompletionStage<Result> lost(NodeId node, long epoch) {
        return submit(new Command.NodeLost(node, epoch));
    }

    /** Forgets a node that is no member any more, and ends what it has. The id can never be up again. */
    public CompletionStage<Result> gone(NodeId node) {
        return submit(new Command.NodeGone(node));
    }

    private CompletionStage<Result> submit(Command command) {
        return submission
                .submit(command)
                .thenApply(reply -> new Result(verdict(reply.status()), reply.index(), reply.detail()));
    }

    private static Verdict verdict(Reply.Status status) {
        return switch (status) {
            case APPLIED -> Verdict.DONE;
            case NOTHING -> Verdict.NOTHING;
            case ADDRESS_TAKEN -> Verdict.ADDRESS_TAKEN;
            case REMOVED -> Verdict.REMOVED;
            case CONFLICT, DEPOSED, REJECTED -> Verdict.REJECTED;
        };
    }
}
