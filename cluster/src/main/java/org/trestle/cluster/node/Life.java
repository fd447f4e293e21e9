package org.trestle.cluster.node;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.bus.TransportBus;
import org.trestle.cluster.liveness.Lease;
import org.trestle.cluster.liveness.Liveness;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.membership.Book;
import org.trestle.cluster.membership.Compare;
import org.trestle.cluster.membership.FrontDesk;
import org.trestle.cluster.membership.Hello;
import org.trestle.cluster.membership.Places;
import org.trestle.cluster.membership.Rows;
import org.trestle.cluster.membership.Trust;
import org.trestle.cluster.pki.Fingerprint;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.state.MemberRecord;
import org.trestle.cluster.state.NodeListener;
import org.trestle.cluster.transport.PeerTransport;
import org.trestle.cluster.transport.TlsCredential;

/** One life of a node: what runs under one identity, from the opening of its log to the closing. */
final class Life {
    private static final Logger LOG = LoggerFactory.getLogger(Life.class);

    private final Parts parts;
    private final NodeIdentity identity;
    private final Links.Link link;
    private final ReplicatedLog log;
    private final AddressBook book;
    private final boolean joining;
    private final MemberViews members;
    private final Liveness liveness;
    private final LeaderWatch leaders;
    private final NodeAnnouncer announcer;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private volatile List<LogStatus.Member> configuration = List.of();
    private volatile boolean closed;
    private List<Hello.Member> known = List.of();

    private Life(
            Parts parts, NodeIdentity identity, Links.Link link, ReplicatedLog log, AddressBook book, boolean joining) {
        this.parts = parts;
        this.identity = identity;
        this.link = link;
        this.log = log;
        this.book = book;
        this.joining = joining;
        ClusterSettings settings = parts.settings();
        PeerTransport transport = link.transport();
        leaders = new LeaderWatch(parts.timers());
        members = new MemberViews(identity.node(), log, parts.state());
        MemberRecord record = new MemberRecord(identity.node(), settings.name(), settings.cluster(), settings.client());
        Lease lease = settings.lease().equals(Lease.LAN.lease()) ? Lease.LAN : Lease.of(settings.lease());
        announcer = new NodeAnnouncer(parts.nodes(), record);
        liveness = Liveness.start(transport, log, members, announcer, lease, parts.timers(), parts.loop());
        parts.bus()
                .follow(new TransportBus(
                        transport, members, () -> liveness.serving() ? liveness.run() : 0, log::term, parts.metrics()));
        subscriptions.add(liveness.onServing(parts.serving()::set));
        subscriptions.add(log.onChange(this::changed));
        subscriptions.add(parts.tables().watch(Rows.TABLE, (before, after) -> refresh()));
        subscriptions.add(parts.state().onNodes(new NodeListener() {
            @Override
            public void up(MemberRecord member, long epoch) {
                refresh();
            }

            @Override
            public void gone(NodeId node) {
                refresh();
            }
        }));
        refresh();
    }

    /** Opens what lies in the present directory. */
    static CompletionStage<Life> open(Parts parts, FrontDesk desk, LogEngine.Start how) {
        Places places = parts.places();
        NodeIdentity identity;
        AddressBook book;
        LogEngine.Start start;
        try {
            identity = NodeIdentity.load(places.present);
            book = new AddressBook(identity.node(), parts.state(), parts.tables(), Book.read(places.present));
            if (how == LogEngine.Start.JOIN) {
                start = how;
            } else {
                start = places.founding() ? LogEngine.Start.BOOTSTRAP : LogEngine.Start.RESUME;
            }
        } catch (IOException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
        return parts.links()
                .listen(identity, parts.settings().bind(), new Desk(desk, parts.trust()))
                .thenCompose(link -> {
                    PeerTransport transport = link.transport();
                    transport.handle(FrontDesk.RELAY, (from, body) -> desk.relayed(body));
                    transport.handle(FrontDesk.REMOVE, (from, body) -> desk.remove(from));
                    transport.handle(FrontDesk.MOVED, desk::moved);
                    transport.addresses(book.addresses(book.contacts(NoLog.INSTANCE.status())));
                    return parts.engine()
                            .open(
                                    identity.node(),
                                    places.present.resolve("log"),
                                    start,
                                    transport,
                                    parts.state(),
                                    parts.settings().tuning(),
                                    parts.timers())
                            .thenApply(log -> new Life(parts, identity, link, log, book, start == LogEngine.Start.JOIN))
                            .exceptionallyCompose(failure -> link.close()
                                    .handle((closed, second) -> failure)
                                    .thenCompose(CompletableFuture::failedFuture));
                });
    }

    /** After every applied batch: must cost nothing when no member came or went. */
    private void changed(LogStatus status) {
        leaders.see(status);
        if (!status.members().equals(configuration)) {
            configuration = status.members();
            refresh();
        }
    }

    private void refresh() {
        if (refreshing.compareAndSet(false, true)) {
            parts.loop().execute(this::refreshNow);
        }
    }

    /** Keeps the transport's book and the file beside the log in step with the members. On the loop. */
    private void refreshNow() {
        refreshing.set(false);
        LogStatus status = log.status();
        List<Hello.Member> contacts = book.contacts(status);
        if (closed || contacts.equals(known)) {
            return;
        }
        known = contacts;
        link.transport().addresses(book.addresses(contacts));
        if (!contacts.isEmpty()) {
            parts.files().execute(() -> file(contacts));
        }
    }

    private void file(List<Hello.Member> contacts) {
        if (closed) {
            return; // the directory may be another life's by now
        }
        try {
            Book.write(parts.places().present, contacts);
        } catch (IOException failure) {
            LOG.warn("the list of members was not written, the old one stays: {}", failure.getMessage());
        }
    }

    NodeId self() {
        return identity.node();
    }

    String authority() {
        return Fingerprint.of(identity.authorities().get(0));
    }

    /** What this node shows its peers. */
    TlsCredential credential() {
        List<X509Certificate> chain = new ArrayList<>(List.of(identity.certificate()));
        chain.addAll(identity.authorities());
        return new TlsCredential(identity.key(), chain);
    }

    ReplicatedLog log() {
        return log;
    }

    PeerTransport transport() {
        return link.transport();
    }

    Liveness liveness() {
        return liveness;
    }

    /** Whether the others may look for this node where it is not. */
    boolean moved(Hello.Member now) {
        Hello.@Nullable Member known = book.find(identity.node());
        return known != null && !known.equals(now);
    }

    /** Whether this life began by joining. */
    boolean joining() {
        return joining;
    }

    /** Why the cluster does not take this node as it is; empty when it does. */
    String complaint() {
        return announcer.complaint();
    }

    LeaderWatch leaders() {
        return leaders;
    }

    AddressBook book() {
        return book;
    }

    /** Fences, then stops; the state is empty afterwards. */
    CompletionStage<Void> close() {
        closed = true;
        subscriptions.forEach(Subscription::close);
        parts.loop().execute(() -> parts.serving().set(false));
        liveness.close();
        parts.bus().follow(null);
        return log.close()
                .handle((closed, failure) -> link.close())
                .thenCompose(stage -> stage)
                .thenRun(() -> parts.state().reset());
    }

    /** Hands the guests' questions to those who answer them. */
    private record Desk(FrontDesk desk, Trust trust) implements Links.Reception {
        @Override
        public List<String> subjects() {
            return List.of(Hello.SUBJECT, Compare.SUBJECT, FrontDesk.STANDING);
        }

        @Override
        public boolean open() {
            return desk.expectsGuests();
        }

        @Override
        public CompletionStage<byte[]> answer(String subject, byte[] body, byte[] binding, boolean trusted) {
            return switch (subject) {
                case Hello.SUBJECT -> desk.hello(body, binding, trusted);
                case Compare.SUBJECT -> desk.compare(body, binding, trusted);
                default -> desk.standing(body);
            };
        }
    }
}
