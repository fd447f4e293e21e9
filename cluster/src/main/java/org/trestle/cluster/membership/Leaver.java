package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogStatus;

/**
 * Leaving: another member takes this node out, then this node drops its log and begins anew, alone, with a copy of the
 * tables. Until the others have confirmed, a node that ends in the middle is still a member; from then on it never uses
 * that identity again.
 */
final class Leaver {
    private static final Logger LOG = LoggerFactory.getLogger(Leaver.class);

    static final String BEGUN = "begun";
    static final String TOLD = "told";
    static final String SWAPPED = "swapped";

    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration SERVING = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Host host;
    private final Farewell farewell;
    private final CrashPoint crashes;
    private final Journal journal;
    private final Places places;
    private final Carried carried;

    Leaver(Host host, Guests guests, CrashPoint crashes) {
        this.host = host;
        this.farewell = new Farewell(host, guests);
        this.crashes = crashes;
        this.journal = new Journal(host.data());
        this.places = new Places(host.data());
        this.carried = new Carried(host.data());
    }

    /**
     * How to leave.
     *
     * @param force also when two voters remain, and also when nobody can be told
     * @param resumed begun by an earlier run: what was allowed then is allowed now
     * @param expelled the others have taken this node out already
     */
    record Order(boolean force, boolean resumed, boolean expelled, Consumer<String> progress) {}

    CompletionStage<Void> leave(Order order) {
        Consumer<String> progress = order.progress();
        boolean expelled = order.expelled();
        Journal.Entry unfinished;
        try {
            unfinished = journal.read();
        } catch (IOException unreadable) {
            return Steps.refuse(Steps.words(unreadable));
        }
        if (unfinished != null
                && unfinished.kind() == Journal.Kind.LEAVE
                && !unfinished.done().equals(BEGUN)) {
            return unfinished.done().equals(TOLD) ? restart(progress) : unload(progress);
        }
        ClusterStatus status = host.status();
        if (!status.clustered() && !expelled && status.peers().size() <= 1) {
            progress.accept("this node is in no cluster");
            return CompletableFuture.completedFuture(null);
        }
        String refusal = Verdicts.leave(status.peers(), host.self(), order.force() || order.resumed() || expelled);
        if (refusal != null) {
            return Steps.refuse(refusal);
        }
        boolean lost = status.role() == Role.NO_QUORUM && !expelled;
        if (lost && !order.force()) {
            return Steps.refuse(
                    "this node has lost its cluster, so it cannot tell the others that it leaves. Try again "
                            + "when they can be reached; or repeat the command with --force, and then run \"xmpp cluster remove "
                            + host.self() + "\" on a member, which otherwise keeps waiting for this node.");
        }
        boolean silent = expelled || host.others().isEmpty() || lost;
        if (lost) {
            progress.accept(
                    "leaving without telling the others: run \"xmpp cluster remove " + host.self() + "\" on a member");
        }
        return new Steps(host.files(), crashes, progress)
                .work("leave: carry", "keeping a copy of domains, users and call bridges", () -> {
                    Durable.deleteTree(places.left);
                    Durable.deleteTree(places.next);
                    if (!carried.present() || status.role() != Role.NO_QUORUM) {
                        carried.save(
                                host.tables(), host.tableNames()); // else the copy of the run before is the newer one
                    }
                    journal.write(new Journal.Entry(Journal.Kind.LEAVE, BEGUN, Map.of()));
                })
                .then("leave: hand over", "", () -> silent ? nothing() : handOver(progress))
                .then("leave: tell", "", () -> silent ? nothing() : tell(progress))
                .work("leave: told", "", () -> journal.write(new Journal.Entry(Journal.Kind.LEAVE, TOLD, Map.of())))
                .end()
                .thenCompose(told -> restart(progress));
    }

    private CompletionStage<Void> handOver(Consumer<String> progress) {
        if (!host.log().status().leading()) {
            return nothing();
        }
        progress.accept("handing leadership to another node");
        return Steps.retry(
                host.timers(),
                PAUSE,
                PATIENCE,
                () -> host.log().handOver().thenCompose(done -> successor()),
                failure -> true);
    }

    private CompletionStage<Void> successor() {
        LogStatus status = host.log().status();
        boolean other = status.leader() != null && !status.leader().equals(host.self());
        return other
                ? nothing()
                : CompletableFuture.failedFuture(new IllegalStateException("no other node has taken the lead yet"));
    }

    private CompletionStage<Void> tell(Consumer<String> progress) {
        progress.accept("telling the others that this node leaves");
        return Steps.retry(host.timers(), PAUSE, PATIENCE, this::tellOnce, failure -> true);
    }

    private CompletionStage<Void> tellOnce() {
        List<NodeId> order = new ArrayList<>(host.others());
        NodeId leader = host.log().status().leader();
        if (leader != null && order.remove(leader)) {
            order.add(0, leader);
        }
        return farewell.say(order);
    }

    /** From the others' confirmation to the new life. */
    CompletionStage<Void> restart(Consumer<String> progress) {
        return new Steps(host.files(), crashes, progress)
                .then("leave: stop", "dropping the cluster's data", host::stop)
                .work("leave: rename", "", () -> exchange(places, host.timers().now(), host.random(), crashes))
                .work(
                        "leave: commit",
                        "",
                        () -> journal.write(new Journal.Entry(Journal.Kind.LEAVE, SWAPPED, Map.of())))
                .then("leave: open", "starting as a stand-alone node", () -> host.start(LogEngine.Start.BOOTSTRAP))
                .end()
                .thenCompose(open -> unload(progress));
    }

    /** What can be done of it before anything is open, when the node starts. */
    static void exchange(Places places, Instant now, SecureRandom random, CrashPoint crashes) throws IOException {
        if (Files.exists(places.left) && Files.exists(places.present)) {
            return; // both renames are done
        }
        Places.found(places.next, now, random);
        places.swap(places.left, crashes);
    }

    /** From the first moment of the new life to the end. */
    CompletionStage<Void> unload(Consumer<String> progress) {
        return new Steps(host.files(), crashes, progress)
                .then("leave: serve", "", () -> host.serving(SERVING))
                .then("leave: unload", "", () -> carried.unload(host.tables()))
                .work("leave: clean", "", () -> {
                    Durable.deleteTree(places.left);
                    carried.clear();
                })
                .work("leave: done", "this node left the cluster and runs alone", () -> {
                    journal.clear();
                    host.notice(null);
                    LOG.info("left the cluster; stand-alone as node={}", host.self());
                })
                .end();
    }

    private static CompletionStage<Void> nothing() {
        return CompletableFuture.completedFuture(null);
    }

    /** The unfinished procedure, when it is one of leaving. */
    static boolean isLeaving(Journal.@Nullable Entry entry) {
        return entry != null && entry.kind() == Journal.Kind.LEAVE;
    }
}
