package org.trestle.cluster.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine;

/** The second half of joining, from the exchange of the directories to the vote, and the way back from there. */
final class Arrival {
    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);

    static final String UNDOING = "undoing";

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration SERVING = Duration.ofSeconds(20);
    private static final Duration VOTE = Duration.ofSeconds(30);

    private final Host host;
    private final Farewell farewell;
    private final CrashPoint crashes;
    private final Journal journal;
    private final Places places;

    Arrival(Host host, Guests guests, CrashPoint crashes) {
        this.host = host;
        this.farewell = new Farewell(host, guests);
        this.crashes = crashes;
        this.journal = new Journal(host.data());
        this.places = new Places(host.data());
    }

    /** From the journal's {@value Joiner#SWAPPED} to the end. */
    CompletionStage<Void> finish(Consumer<String> progress) {
        host.notice("this node is joining a cluster and does not vote yet. If it stays so, run the same \"xmpp cluster "
                + "join\" again, or give it up with \"xmpp cluster remove\".");
        return new Steps(host.files(), crashes, progress)
                .then("join: open", "starting as a member to be", () -> host.start(LogEngine.Start.JOIN))
                .then("join: vote", "waiting for a vote in the cluster", () -> vote(progress))
                .then("join: serve", "waiting until this node serves", () -> host.serving(SERVING))
                .then(
                        "join: row",
                        "",
                        () -> host.tables()
                                .commit(Change.of()
                                        .delete(Rows.TABLE, Rows.joiningKey(host.self()))
                                        .build()))
                .work("join: clean", "", () -> Durable.deleteTree(places.former))
                .work("join: done", "this node is a member and votes", () -> {
                    journal.clear();
                    host.notice(null);
                    LOG.info("joined the cluster as node={}", host.self());
                })
                .end();
    }

    private CompletionStage<Void> vote(Consumer<String> progress) throws IOException {
        List<NodeId> seeds = seeds();
        return Steps.retry(
                        host.timers(),
                        PAUSE,
                        VOTE,
                        () -> host.log().join(seeds).thenCompose(joined -> votes()),
                        failure -> !(failure instanceof MembershipException))
                .handleAsync(
                        (voting, failure) -> failure == null
                                ? CompletableFuture.<Void>completedStage(null)
                                : abandon(Steps.words(failure), progress),
                        host.files())
                .thenCompose(stage -> stage);
    }

    private CompletionStage<Void> votes() {
        boolean voting = host.log().status().members().stream()
                .anyMatch(member -> member.id().equals(host.self()) && member.voting());
        return voting
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new NotYet("the cluster has not given this node its vote yet"));
    }

    private CompletionStage<Void> abandon(String why, Consumer<String> progress) {
        CompletionStage<Void> undone;
        try {
            undone = giveUp(progress);
        } catch (IOException unreadable) {
            undone = CompletableFuture.failedFuture(unreadable);
        }
        return undone.handle((back, failure) -> failure == null
                        ? Steps.<Void>refuse("joining failed: " + why + ". The cluster has forgotten this attempt, and "
                                + "this node runs alone as before. Print a new token and try again.")
                        : Steps.<Void>refuse("joining failed: " + why + ", and no member confirmed that the attempt is "
                                + "forgotten (" + Steps.words(failure) + "). This node serves nobody until it has a "
                                + "vote: run the same command again once the members can be reached, or give it up "
                                + "with \"xmpp cluster remove\"."))
                .thenCompose(stage -> stage);
    }

    private List<NodeId> seeds() throws IOException {
        List<NodeId> seeds = new ArrayList<>();
        for (Hello.Member member : Book.read(places.present)) {
            if (!member.id().equals(host.self())) {
                seeds.add(member.id());
            }
        }
        return seeds;
    }

    /** Has the members forget this node, and becomes what it was before the join; fails when no member confirms. */
    CompletionStage<Void> giveUp(Consumer<String> progress) throws IOException {
        return farewell.say(seeds()).thenCompose(forgotten -> back(progress));
    }

    /** Becomes what it was before the join. */
    CompletionStage<Void> back(Consumer<String> progress) {
        return new Steps(host.files(), crashes, progress)
                .then("join: stop again", "going back to the stand-alone node", host::stop)
                .work("join: undo", "", () -> {
                    journal.write(new Journal.Entry(Journal.Kind.JOIN, UNDOING, Map.of()));
                    places.unswap(places.former, crashes);
                })
                .work("join: undone", "", () -> {
                    Durable.deleteTree(places.next);
                    journal.clear();
                })
                .then("join: as before", "", () -> host.start(LogEngine.Start.RESUME))
                .work("join: told", "", () -> host.notice(null))
                .end();
    }
}
