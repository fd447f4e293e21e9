package org.trestle.cluster.membership;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.pki.InviteToken;
import org.trestle.cluster.pki.StoredInvite;

/** The operator's commands, one at a time on a node, each failure in words. */
public final class Commands implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    /** An invitation is valid this long at most: it is a key to the cluster. */
    public static final Duration LONGEST_VALIDITY = Duration.ofDays(7);

    /** Invitations that are open at the same time. */
    public static final int MOST_INVITATIONS = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Host host;
    private final Removal removal;
    private final Trust trust;
    private final Arrival arrival;
    private final Joiner joiner;
    private final Leaver leaver;
    private final Returner returner;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable Standing standing;
    private volatile CompletionStage<Void> resuming = CompletableFuture.completedFuture(null);

    public Commands(Host host, Guests guests, Trust trust, CrashPoint crashes) {
        this.host = host;
        this.removal = new Removal(host, crashes);
        this.trust = trust;
        this.arrival = new Arrival(host, guests, crashes);
        this.joiner = new Joiner(host, guests, arrival, crashes);
        this.leaver = new Leaver(host, guests, crashes);
        this.returner = new Returner(host, guests);
    }

    @Override
    public CompletionStage<Void> initialize(Consumer<String> progress) {
        return alone(() -> {
            if (Rows.clustered(host.tables())) {
                progress.accept("this node is a member of a cluster already");
                return CompletableFuture.completedFuture(null);
            }
            progress.accept("making this node the first member of a cluster");
            return host.tables()
                    .commit(Change.of()
                            .put(Rows.TABLE, Rows.CLUSTERED, new byte[] {1}, Change.ABSENT)
                            .build())
                    .thenAccept(outcome -> LOG.info("first member of a cluster: node={}", host.self()));
        });
    }

    @Override
    public CompletionStage<Invitation> invite(Duration validity) {
        if (validity.isNegative() || validity.isZero() || validity.compareTo(LONGEST_VALIDITY) > 0) {
            return Steps.refuse("an invitation is valid for up to " + LONGEST_VALIDITY.toDays() + " days, not "
                    + validity.toSeconds() + " s");
        }
        if (!Rows.clustered(host.tables())) {
            return Steps.refuse("this node is in no cluster, so there is nothing to invite to. Run \"xmpp cluster "
                    + "initialize\" first.");
        }
        Instant now = host.timers().now();
        long open = Rows.invitations(host.tables()).stream()
                .filter(invitation -> invitation.usedBy() == null && now.isBefore(invitation.expires()))
                .count();
        if (open >= MOST_INVITATIONS) {
            return Steps.refuse(open + " invitations are open already; wait until some of them expire.");
        }
        Instant expires = now.plus(validity);
        InviteToken token = InviteToken.create(host.authority(), new SecureRandom());
        StoredInvite stored = token.stored(expires);
        Rows.Invitation row = new Rows.Invitation(stored.id(), stored.digest(), stored.expires(), null);
        Change change = Change.of()
                .put(Rows.TABLE, Rows.invitationKey(row.id()), row.encode(), Change.ABSENT)
                .build();
        return inWords(host.tables().commit(change).thenApply(outcome -> new Invitation(token.encode(), expires)));
    }

    @Override
    public CompletionStage<Void> join(NodeAddress member, String token, boolean force, Consumer<String> progress) {
        Door.@Nullable Invited invited;
        try {
            invited = token.isBlank() ? null : new Door.Invited(InviteToken.parse(token));
        } catch (IllegalArgumentException notAToken) {
            return Steps.refuse(Steps.words(notAToken));
        }
        return alone(() -> {
            if (invited != null) {
                return joiner.join(member, invited, force, expelled(), progress);
            }
            // Its certificate may be another one by now: what is begun, or done, needs no door any more.
            CompletionStage<Void> begun = expelled() ? null : joiner.joinedThrough(member, progress);
            return begun != null ? begun : joiner.join(member, trust.door(), force, expelled(), progress);
        });
    }

    @Override
    public CompletionStage<Void> leave(boolean force, Consumer<String> progress) {
        return alone(() -> {
            Journal.Entry unfinished = new Journal(host.data()).read();
            boolean joining = unfinished != null
                    && unfinished.kind() == Journal.Kind.JOIN
                    && unfinished.done().equals(Joiner.SWAPPED);
            if (!joining) {
                return leave(force, false, progress);
            }
            progress.accept("giving up joining");
            CompletionStage<Void> back = arrival.giveUp(progress);
            return force ? back.exceptionallyCompose(failure -> arrival.back(progress)) : back;
        });
    }

    @Override
    public CompletionStage<Void> remove(NodeId node, boolean force, Consumer<String> progress) {
        return node.equals(host.self())
                ? leave(force, progress)
                : alone(() -> settled().thenCompose(asked -> removeOther(node, force, progress)));
    }

    private CompletionStage<Void> leave(boolean force, boolean resumed, Consumer<String> progress) {
        CompletableFuture<Void> known = new CompletableFuture<>();
        if (host.status().role() == Role.NO_QUORUM && !expelled()) {
            // Whichever comes first: that it serves, that it is no member any more, or the end of patience.
            settled().whenComplete((asked, late) -> known.complete(null));
            learnStanding().thenAccept(expelled -> {
                if (expelled) {
                    known.complete(null);
                }
            });
        } else {
            known.complete(null);
        }
        return known.thenComposeAsync(
                ready -> leaver.leave(new Leaver.Order(force, resumed, expelled(), progress)), host.files());
    }

    /** A node that started a moment ago may not have heard the others yet: that is no reason to refuse, or to give up. */
    private CompletionStage<Void> settled() {
        return host.status().role() == Role.NO_QUORUM && !expelled()
                ? host.serving(PATIENCE).handleAsync((serves, late) -> null, host.files())
                : CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> removeOther(NodeId node, boolean force, Consumer<String> progress) {
        ClusterStatus status = host.status();
        Peer peer = Verdicts.find(status.peers(), node);
        Rows.Removed removed = Rows.removed(host.tables(), node);
        if (peer == null && removed == null) {
            return Steps.refuse(Verdicts.unknown(status.peers(), node));
        }
        if (status.role() == Role.NO_QUORUM) {
            return Steps.refuse("this cluster has no quorum (" + status.votersUp() + " of " + status.voters()
                    + " voters are up), and without one nobody can be removed. Bring another node back first.");
        }
        String refusal = Verdicts.remove(status.peers(), node, force);
        if (refusal != null) {
            return Steps.refuse(refusal);
        }
        String name = peer == null ? node.value() : peer.name();
        progress.accept(peer == null ? "that node was removed already" : "removing " + Verdicts.named(peer));
        return removal.takeOut(node, name).thenAccept(done -> {
            LOG.info("removed node={} name={}", node, name);
            String warning = Verdicts.warning(status.peers(), node);
            if (peer != null && warning != null) {
                progress.accept(warning);
            }
        });
    }

    @Override
    public List<Former> former() {
        return Rows.removed(host.tables()).stream()
                .map(gone -> new Former(gone.id(), gone.name(), gone.at()))
                .toList();
    }

    @Override
    public CompletionStage<Void> trust(String bundle) {
        return inWords(trust.install(bundle));
    }

    /** Goes on with what the last run of this node left unfinished; called once the present life is open. */
    public CompletionStage<Void> resume() {
        resuming = alone(() -> {
            Journal.Entry unfinished = new Journal(host.data()).read();
            Consumer<String> progress = words -> LOG.info("going on: {}", words);
            if (unfinished == null) {
                return CompletableFuture.completedFuture(null);
            }
            if (unfinished.kind() == Journal.Kind.JOIN && unfinished.done().equals(Joiner.SWAPPED)) {
                LOG.info("joining a cluster was interrupted, going on with it");
                return arrival.finish(progress);
            }
            if (Leaver.isLeaving(unfinished) && unfinished.done().equals(Leaver.BEGUN)) {
                LOG.info("leaving the cluster was interrupted before the others confirmed it, going on with it");
                return leave(false, true, progress)
                        .whenComplete((done, failure) -> host.notice(
                                failure == null
                                        ? null
                                        : "this node is in the middle of leaving its cluster, and could not go on: "
                                                + Steps.words(failure)));
            }
            if (Leaver.isLeaving(unfinished)) {
                LOG.info("leaving the cluster was interrupted, going on with it");
                return leaver.unload(progress);
            }
            return CompletableFuture.completedFuture(null);
        });
        return resuming;
    }

    /** Asks the others what this node still is, when it has lost them; completes with true when it is no member. */
    public CompletionStage<Boolean> checkStanding() {
        if (busy.get() || expelled()) {
            return CompletableFuture.completedFuture(expelled());
        }
        return learnStanding();
    }

    private CompletionStage<Boolean> learnStanding() {
        NodeId asked = host.self();
        return returner.standing().thenApply(answer -> {
            if (answer == null || answer.member() || !asked.equals(host.self())) {
                return false;
            }
            standing = answer;
            host.notice(answer.notice());
            LOG.warn("{}", answer.notice());
            return true;
        });
    }

    private boolean expelled() {
        return standing != null;
    }

    /** A command that may read files before it begins. */
    private interface Procedure {
        CompletionStage<Void> begin() throws IOException, MembershipException;
    }

    private CompletionStage<Void> alone(Procedure procedure) {
        // An operator who repeats a command right after a start waits for what the node goes on with by itself.
        return resuming.handle((done, failure) -> begin(procedure)).thenCompose(stage -> stage);
    }

    private CompletionStage<Void> begin(Procedure procedure) {
        if (!busy.compareAndSet(false, true)) {
            return Steps.refuse(
                    "another change of the membership is going on at this node; try again when it is done.");
        }
        CompletionStage<Void> running = CompletableFuture.completedFuture("")
                .thenComposeAsync(
                        begun -> {
                            try {
                                return procedure.begin();
                            } catch (IOException | MembershipException refusal) {
                                return Steps.refuse(Steps.words(refusal));
                            }
                        },
                        host.files());
        return inWords(running.whenComplete((done, failure) -> {
            if (failure == null) {
                standing = null;
            }
            busy.set(false);
        }));
    }

    /** Whatever went wrong, as the operator reads it. */
    private static <T> CompletionStage<T> inWords(CompletionStage<T> stage) {
        Supplier<String> lost = () -> "the cluster has no quorum at this moment, so nothing can be changed";
        return stage.exceptionallyCompose(failure -> {
            Throwable cause = Steps.cause(failure);
            if (cause instanceof MembershipException) {
                return CompletableFuture.failedFuture(cause);
            }
            LOG.debug("a membership command failed", cause);
            return cause instanceof ClusterUnavailableException
                    ? Steps.refuse(lost.get() + ": " + Steps.words(cause) + ". See \"xmpp cluster status\".")
                    : Steps.refuse(Steps.words(cause));
        });
    }
}
