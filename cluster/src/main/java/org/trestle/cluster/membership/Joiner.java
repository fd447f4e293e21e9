package org.trestle.cluster.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.Fingerprint;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.pki.NodeKey;

/**
 * The newcomer's side of joining. Until the journal says {@value #SWAPPED}, a node that ends in the middle is what it was
 * before when it starts again; from then on the cluster may count it as a member, so it goes on until it is one, or until
 * the cluster has confirmed that it is none.
 */
final class Joiner {
    static final String BEGUN = "begun";
    static final String PREPARED = "prepared";
    static final String SWAPPED = "swapped";

    private static final String AUTHORITY = "authority";
    private static final String MEMBER = "member";
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final Duration ADMISSION = Duration.ofSeconds(10);

    private final Host host;
    private final Guests guests;
    private final CrashPoint crashes;
    private final Arrival arrival;
    private final Journal journal;
    private final Places places;

    /** What the operator typed. */
    private record Order(NodeAddress member, Door door, boolean force, boolean expelled, Consumer<String> progress) {
        boolean leadsTo(@Nullable String authority) {
            return authority != null && authority.equals(door.authority());
        }
    }

    Joiner(Host host, Guests guests, Arrival arrival, CrashPoint crashes) {
        this.host = host;
        this.guests = guests;
        this.arrival = arrival;
        this.crashes = crashes;
        this.journal = new Journal(host.data());
        this.places = new Places(host.data());
    }

    CompletionStage<Void> join(
            NodeAddress member, Door door, boolean force, boolean expelled, Consumer<String> progress) {
        Order order = new Order(member, door, force, expelled, progress);
        Journal.Entry unfinished;
        try {
            unfinished = journal.read();
        } catch (IOException unreadable) {
            return Steps.refuse(Steps.words(unreadable));
        }
        if (unfinished != null && unfinished.kind() == Journal.Kind.LEAVE) {
            return Steps.refuse("this node is in the middle of leaving its cluster. Run \"xmpp cluster remove\" to the "
                    + "end first.");
        }
        boolean same = unfinished != null && facts(order).equals(unfinished.facts());
        if (unfinished != null && unfinished.done().equals(SWAPPED)) {
            return same || order.leadsTo(unfinished.facts().get(AUTHORITY))
                    ? arrival.finish(progress)
                    : Steps.refuse("this node is in the middle of joining another cluster, through "
                            + unfinished.facts().get(MEMBER)
                            + ". Finish that with its token, or give it up with \"xmpp "
                            + "cluster remove\".");
        }
        String refusal = expelled ? null : refusal(order);
        if (refusal != null) {
            return Steps.refuse(refusal);
        }
        if (isMember(order) && !expelled) {
            progress.accept("this node is a member of that cluster already");
            return CompletableFuture.completedFuture(null);
        }
        return begin(
                order,
                same || (unfinished != null && order.leadsTo(unfinished.facts().get(AUTHORITY))));
    }

    /** What is left of a join through {@code member} that is begun or done; null when there is none. */
    @Nullable
    CompletionStage<Void> joinedThrough(NodeAddress member, Consumer<String> progress) throws IOException {
        Journal.Entry unfinished = journal.read();
        if (unfinished != null
                && unfinished.kind() == Journal.Kind.JOIN
                && unfinished.done().equals(SWAPPED)) {
            return member.toString().equals(unfinished.facts().get(MEMBER)) ? arrival.finish(progress) : null;
        }
        if (unfinished != null || !listed(member)) {
            return null;
        }
        progress.accept("this node is a member of that cluster already");
        return CompletableFuture.completedFuture(null);
    }

    private boolean listed(NodeAddress member) {
        return host.status().peers().stream()
                .anyMatch(peer -> peer.cluster().equals(member) && !peer.id().equals(host.self()));
    }

    private static Map<String, String> facts(Order order) {
        Map<String, String> facts = new TreeMap<>();
        String authority = order.door().authority();
        facts.put(AUTHORITY, authority == null ? "bundle" : authority);
        facts.put(MEMBER, order.member().toString());
        return facts;
    }

    private boolean isMember(Order order) {
        return order.leadsTo(host.authority()) || (order.door().authority() == null && listed(order.member()));
    }

    private @Nullable String refusal(Order order) {
        ClusterStatus status = host.status();
        boolean own = isMember(order) || order.member().equals(host.cluster());
        if (own && status.peers().size() <= 1) {
            return "that is the cluster that this very node is. Run the command on the node that is to join, with the "
                    + "address of this one.";
        }
        if (!own && status.clustered() && status.peers().size() > 1) {
            return "this node is a member of another cluster, with "
                    + (status.peers().size() - 1) + " other nodes. Leave it first: \"xmpp cluster remove\".";
        }
        return null;
    }

    private CompletionStage<Void> begin(Order order, boolean same) {
        Journal.Entry entry = new Journal.Entry(Journal.Kind.JOIN, BEGUN, facts(order));
        Steps steps = new Steps(host.files(), crashes, order.progress());
        steps.work("join: key", "", () -> {
            if (!same) {
                Durable.deleteTree(places.next);
            }
            Durable.deleteTree(places.former);
            journal.write(entry);
            if (!NodeIdentity.present(places.next)) {
                ClusterCa none = ClusterCa.create(host.timers().now());
                NodeIdentity.create(
                                NodeId.random(host.random()),
                                none,
                                host.timers().now())
                        .save(places.next);
            }
        });
        steps.then(
                "join: compare",
                "comparing this node's data with the cluster's",
                () -> order.expelled()
                        ? CompletableFuture.completedFuture(null) // what it has is an old copy of the cluster's
                        : compare(order));
        steps.then(
                "join: hello",
                "asking " + order.member() + " to be admitted",
                () -> admitted(order).thenAcceptAsync(answer -> prepare(order, answer, entry), host.files()));
        steps.then("join: stop", "stopping the stand-alone node", host::stop);
        steps.work("join: rename", "", () -> places.swap(places.former, crashes));
        steps.work("join: commit", "", () -> journal.write(entry.after(SWAPPED)));
        return steps.end().thenCompose(swapped -> arrival.finish(order.progress()));
    }

    private CompletionStage<Void> compare(Order order) {
        Losses losses = new Losses();
        CompletionStage<Void> asked = CompletableFuture.completedFuture(null);
        for (Compare.Question question :
                Compare.questions(order.door().invitation(), host.tables(), host.tableNames())) {
            asked = asked.thenCompose(before -> ask(order, Compare.SUBJECT, question.encode()))
                    .thenAccept(answer -> losses.add(question.table(), Compare.decode(answer)));
        }
        return asked.thenCompose(all -> {
            if (losses.none()) {
                return CompletableFuture.completedFuture(null);
            }
            if (order.force()) {
                order.progress().accept("dropping what only this node has: " + losses);
                return CompletableFuture.completedFuture(null);
            }
            return Steps.refuse("this node has of its own, and the cluster lacks or has otherwise: " + losses
                    + ". Joining would drop them. Add them to the cluster first, or repeat the command with --force to drop "
                    + "them.");
        });
    }

    private CompletionStage<Hello.Answer> admitted(Order order) throws IOException {
        NodeIdentity identity = NodeIdentity.load(places.next);
        Hello.Request request = new Hello.Request(
                order.door().invitation(),
                identity.node(),
                host.name(),
                host.cluster(),
                host.client(),
                NodeKey.of(identity).request(),
                order.force());
        AtomicBoolean waiting = new AtomicBoolean();
        return Steps.retry(
                host.timers(),
                PAUSE,
                ADMISSION,
                () -> ask(order, Hello.SUBJECT, request.encode()).thenCompose(bytes -> {
                    Hello.Answer answer = Hello.Answer.decode(bytes);
                    return switch (answer.verdict()) {
                        case ADMITTED -> CompletableFuture.completedFuture(answer);
                        case LATER -> {
                            if (waiting.compareAndSet(false, true)) {
                                order.progress().accept("waiting: " + answer.words());
                            }
                            yield CompletableFuture.failedFuture(new NotYet(answer.words()));
                        }
                        case REFUSED -> Steps.refuse(answer.words());
                    };
                }),
                NotYet.class::isInstance);
    }

    private void prepare(Order order, Hello.Answer answer, Journal.Entry entry) {
        try {
            NodeIdentity identity =
                    NodeKey.of(NodeIdentity.load(places.next)).certified(answer.certificate(), answer.ca());
            boolean expected = order.door().authority() == null
                    || identity.authorities().stream().anyMatch(ca -> order.leadsTo(Fingerprint.of(ca)));
            if (!expected) {
                throw new IOException("the member answered with the certificate of another cluster");
            }
            identity.save(places.next);
            Book.write(places.next, answer.members());
            journal.write(entry.after(PREPARED));
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private CompletionStage<byte[]> ask(Order order, String subject, byte[] question) {
        return order.door()
                .ask(guests, order.member(), subject, question)
                .exceptionallyCompose(failure -> Steps.refuse(Steps.words(failure)));
    }
}
