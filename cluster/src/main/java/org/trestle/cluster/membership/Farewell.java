package org.trestle.cluster.membership;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeId;

/** Has a member take this node out. */
final class Farewell {
    private final Host host;
    private final Returner returner;

    Farewell(Host host, Guests guests) {
        this.host = host;
        this.returner = new Returner(host, guests);
    }

    /**
     * Asks {@code members} one after the other until one has done it. An answer that got lost looks like a refusal, since
     * whoever took this node out does not listen to it any more: so whether it is done is asked as a guest.
     */
    CompletionStage<Void> say(Collection<NodeId> members) {
        CompletionStage<byte[]> told = CompletableFuture.failedFuture(new MembershipException("no member is known"));
        for (NodeId member : members) {
            told = told.exceptionallyCompose(failure -> host.ask(member, FrontDesk.REMOVE, new byte[0]));
        }
        return told.<Void>thenApply(answer -> null)
                .exceptionallyCompose(failure -> returner.standing()
                        .thenCompose(standing -> standing != null && !standing.member()
                                ? CompletableFuture.completedFuture(null)
                                : CompletableFuture.<Void>failedFuture(Steps.cause(failure))));
    }
}
