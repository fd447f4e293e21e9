package org.trestle.xmpp.session;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.BindResult;
import org.trestle.xmpp.stream.ClientStream;
import org.trestle.xmpp.stream.ResumeResult;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamHost;
import org.trestle.xmpp.xml.Element;

/**
 * The client sessions of this node: binds resources (RFC 6120 7) in the directory, ends the session that lost its Jid to a
 * newer one ({@code conflict}), and gives Jids back, for as long as it takes.
 */
public final class Sessions implements StreamHost, AutoCloseable {
    /** The replicated table of accounts, whose keys are bare Jids. */
    private static final String ACCOUNTS = "users";

    private final Cluster cluster;
    private final SaslMechanisms mechanisms;
    private final LocalDomains domains;
    private final Endpoints endpoints;
    private final Leftovers leftovers;
    private final SessionContext context;
    private final StreamFeatures features;
    private final Subscription subscription;
    private final Subscription ofAccounts;
    private final SessionSettings settings;
    private final ResourceClaims claims;
    private final PastSessions past;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean open = true;
    private volatile @Nullable String elsewhere;

    public Sessions(
            Cluster cluster,
            SaslMechanisms mechanisms,
            LocalDomains domains,
            Endpoints endpoints,
            Leftovers leftovers,
            SessionContext context,
            StreamFeatures features) {
        this.cluster = cluster;
        this.mechanisms = mechanisms;
        this.domains = domains;
        this.endpoints = endpoints;
        this.leftovers = leftovers;
        this.context = context;
        this.features = features;
        this.settings = new SessionSettings(cluster.tables(), context.limits());
        this.claims = new ResourceClaims(this, cluster, endpoints, settings);
        this.past = new PastSessions(context.limits().management().remembered());
        this.subscription = cluster.directory().listen(new Directory.Listener() {
            @Override
            public void unbound(Binding binding, Directory.Cause cause) {
                lost(binding, cause);
            }
        });
        this.ofAccounts = cluster.tables().watch(ACCOUNTS, this::accounts);
    }

    SessionContext context() {
        return context;
    }

    /** Sessions of this node. */
    public int size() {
        return count.get();
    }

    @Override
    public boolean serves(String domain) {
        return domains.test(domain);
    }

    @Override
    public boolean accepting() {
        return open && cluster.serving();
    }

    @Override
    public @Nullable String elsewhere() {
        return elsewhere;
    }

    /**
     * Sends all clients to another host (RFC 6120 4.9.3.19), those that are here and those that come.
     *
     * @param host a name or an address, with its port behind a colon when that is not the usual one; null takes clients again
     */
    public void sendElsewhere(@Nullable String host) {
        elsewhere = host;
        if (host != null) {
            end(StreamError.seeOtherHost(host, "this node is being taken out of use"));
        }
    }

    @Override
    public SaslMechanisms mechanisms() {
        return mechanisms;
    }

    @Override
    public List<Element> features(boolean authenticated) {
        return features.offered(authenticated);
    }

    @Override
    public @Nullable CompletionStage<Stanza> stranger(String domain, Iq request, InetAddress peer) {
        return accepting() ? features.stranger(domain, request, peer) : null;
    }

    /** What {@code xmpp motd add} set, or null. */
    @Nullable
    String messageOfTheDay() {
        return settings.messageOfTheDay();
    }

    @Override
    public CompletionStage<BindResult> bind(ClientStream stream, BareJid account, @Nullable String resource) {
        if (!accepting()) {
            return CompletableFuture.completedFuture(claims.refused(StanzaError.of(
                    StanzaError.Condition.RESOURCE_CONSTRAINT,
                    "this node has no cluster now; connect to another node")));
        }
        return claims.bind(stream, account, resource);
    }

    /** A session that wants a Jid: from now on stanzas can come to it. */
    void begun(ClientSession session) {
        endpoints.add(session);
        count.incrementAndGet();
    }

    @Override
    public CompletionStage<ResumeResult> resume(ClientStream stream, BareJid account, String id, int handled) {
        if (endpoints.get(id) instanceof ClientSession session
                && session.address().bareJid().equals(account)) {
            return stream.moveTo(session.loop()).thenApply(there -> session.resume(stream, handled));
        }
        context.meters().notResumed();
        return CompletableFuture.completedFuture(
                new ResumeResult.Failed(StanzaError.Condition.ITEM_NOT_FOUND, past.taken(id, account)));
    }

    /** What the session tells the cluster of itself. */
    CompletionStage<Void> publish(ClientSession session, byte[] attributes) {
        FullJid jid = session.address();
        return cluster.directory().update(jid.bareJid().toString(), jid.resource(), session.id(), attributes);
    }

    /** The available sessions of the account, in the whole cluster. */
    List<Binding> available(FullJid jid) {
        List<Binding> available = new ArrayList<>();
        for (Binding binding : cluster.directory().bindings(jid.bareJid().toString())) {
            if (Availability.isAvailable(binding)) {
                available.add(binding);
            }
        }
        return available;
    }

    /** Called once by each session, on its loop. */
    void ended(ClientSession session) {
        endpoints.remove(session);
        count.decrementAndGet();
        past.add(session);
        FullJid jid = session.address();
        Binding now = cluster.directory().binding(jid.bareJid().toString(), jid.resource());
        if (!session.isBound() || (now != null && now.session().equals(session.id()))) {
            giveBack(jid, session.id());
        }
    }

    /** Takes the entry of a session out of the directory, for as long as it takes. */
    void giveBack(FullJid jid, String session) {
        String account = jid.bareJid().toString();
        leftovers.giveBack(session, () -> cluster.directory().unbind(account, jid.resource(), session));
    }

    /** An account that was removed has no sessions. */
    private void accounts(@Nullable Row before, @Nullable Row after) {
        if (before == null || after != null) {
            return;
        }
        for (Binding binding : cluster.directory().bindings(before.key())) {
            if (endpoints.get(binding.session()) instanceof ClientSession session) {
                session.close(StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "this account was removed"));
            }
        }
    }

    private void lost(Binding binding, Directory.Cause cause) {
        if (!(endpoints.get(binding.session()) instanceof ClientSession session)) {
            return;
        }
        if (cause == Directory.Cause.CLOSED) {
            // One that has ended is no endpoint any more: somebody else has given its Jid back.
            session.close(
                    StreamError.of(StreamError.Condition.POLICY_VIOLATION, "an administrator has ended this session"));
        } else if (cause == Directory.Cause.REPLACED) {
            context.meters().conflict();
            session.close(StreamError.of(StreamError.Condition.CONFLICT, "the same resource was bound again"));
        } else {
            session.close(StreamError.of(
                    StreamError.Condition.SYSTEM_SHUTDOWN, "the cluster had lost this node; connect again"));
        }
    }

    /** Ends the sessions with this error; no more are bound after {@link #close}. */
    public void end(StreamError error) {
        for (Endpoint endpoint : endpoints.all()) {
            if (endpoint instanceof ClientSession) {
                endpoint.close(error);
            }
        }
    }

    @Override
    public void close() {
        open = false;
        subscription.close();
        ofAccounts.close();
    }
}
