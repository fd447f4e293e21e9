package org.trestle.xmpp.component;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.callbridge.Verdict;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.Leftovers;
import org.trestle.xmpp.session.SessionContext;
import org.trestle.xmpp.stream.ComponentHost;
import org.trestle.xmpp.stream.ComponentStream;
import org.trestle.xmpp.stream.ComponentVerdict;
import org.trestle.xmpp.stream.StreamError;

/**
 * The components of this node. A call bridge {@code cb1} connects as {@code cb1.<a local domain>} with its own secret; each
 * of its connections, on this node and on others, has an entry in the directory, of which the newest is active.
 */
public final class Components implements ComponentHost, AutoCloseable {
    /** Connections of one component in the whole cluster; the next is refused. */
    public static final int MAX_CONNECTIONS = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Components.class);

    private final Cluster cluster;
    private final ComponentNames names;
    private final Endpoints endpoints;
    private final Leftovers leftovers;
    private final SessionContext context;
    private final Refusals refusals;
    private final Subscription ofDirectory;
    private final Subscription ofCallBridges;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean open = true;

    public Components(
            Cluster cluster, ComponentNames names, Endpoints endpoints, Leftovers leftovers, SessionContext context) {
        this.cluster = cluster;
        this.names = names;
        this.endpoints = endpoints;
        this.leftovers = leftovers;
        this.context = context;
        this.refusals = new Refusals(cluster, context.timers());
        this.ofDirectory = cluster.directory().listen(new Directory.Listener() {
            @Override
            public void detached(Attachment attachment, Directory.Cause cause) {
                lost(attachment, cause);
            }
        });
        this.ofCallBridges = names.callBridges().onRevoked(this::revoked);
    }

    SessionContext context() {
        return context;
    }

    /** Connections of components on this node. */
    public int size() {
        return count.get();
    }

    @Override
    public boolean accepting() {
        return open && cluster.serving();
    }

    @Override
    public CompletionStage<ComponentVerdict> handshake(
            ComponentStream stream, String domain, String streamId, String digest) {
        if (!accepting()) {
            return refused(StreamError.Condition.SYSTEM_SHUTDOWN, "this node has no cluster; connect to another node");
        }
        String name = names.name(domain);
        if (name == null) {
            refusals.unknownDomain(domain, names.domains().all());
            return refused(StreamError.Condition.HOST_UNKNOWN, "a call bridge connects as name.domain");
        }
        Verdict verdict = names.callBridges().check(name, streamId, digest);
        if (!(verdict instanceof Verdict.Accepted)) {
            refusals.refused(verdict);
            return refused(StreamError.Condition.NOT_AUTHORIZED, null);
        }
        if (cluster.directory().attachments(domain).size() >= MAX_CONNECTIONS) {
            return refused(
                    StreamError.Condition.RESOURCE_CONSTRAINT,
                    domain + " has " + MAX_CONNECTIONS + " connections, no more are allowed");
        }
        return attach(stream, name, domain);
    }

    private static CompletionStage<ComponentVerdict> refused(StreamError.Condition condition, @Nullable String text) {
        return CompletableFuture.completedFuture(new ComponentVerdict.Refused(new StreamError(condition, text, null)));
    }

    private CompletionStage<ComponentVerdict> attach(ComponentStream stream, String name, String domain) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        String id = cluster.self() + "." + HexFormat.of().formatHex(bytes);
        DomainJid server = DomainJid.of(domain.substring(name.length() + 1));
        ComponentConnection connection = new ComponentConnection(id, name, server, stream, this);
        endpoints.add(connection);
        count.incrementAndGet();
        CompletableFuture<ComponentVerdict> result = new CompletableFuture<>();
        cluster.directory()
                .attach(domain, id)
                .whenComplete((attached, failed) ->
                        connection.onLoop(() -> result.complete(attached(connection, failed == null))));
        return result;
    }

    private ComponentVerdict attached(ComponentConnection connection, boolean done) {
        if (done && !connection.isClosed()) {
            LOG.info(
                    "component={} peer={} connected",
                    connection.address(),
                    connection.stream().peer());
            return new ComponentVerdict.Accepted(connection);
        }
        connection.closed();
        giveBack(connection);
        return new ComponentVerdict.Refused(
                StreamError.of(StreamError.Condition.INTERNAL_SERVER_ERROR, "the cluster did not answer; try again"));
    }

    /** Called once by each connection, on its loop. */
    void ended(ComponentConnection connection) {
        endpoints.remove(connection);
        count.decrementAndGet();
        LOG.info(
                "component={} peer={} disconnected",
                connection.address(),
                connection.stream().peer());
        giveBack(connection);
    }

    private void giveBack(ComponentConnection connection) {
        String domain = connection.address().domain();
        leftovers.giveBack(connection.id(), () -> cluster.directory().detach(domain, connection.id()));
    }

    private void lost(Attachment attachment, Directory.Cause cause) {
        Endpoint endpoint = endpoints.get(attachment.connection());
        if (endpoint != null && cause != Directory.Cause.CLOSED) {
            endpoint.close(StreamError.of(
                    StreamError.Condition.SYSTEM_SHUTDOWN, "the cluster had lost this node; connect again"));
        }
    }

    private void revoked(String name) {
        for (Endpoint endpoint : endpoints.all()) {
            if (endpoint instanceof ComponentConnection connection
                    && connection.name().equals(name)) {
                LOG.info("component={} closed: its secret was changed or removed", connection.address());
                connection.close(StreamError.of(
                        StreamError.Condition.NOT_AUTHORIZED, "the secret of " + name + " was changed or removed"));
            }
        }
    }

    /** Ends all connections with this error. */
    public void end(StreamError error) {
        for (Endpoint endpoint : endpoints.all()) {
            if (endpoint instanceof ComponentConnection) {
                endpoint.close(error);
            }
        }
    }

    @Override
    public void close() {
        open = false;
        ofDirectory.close();
        ofCallBridges.close();
    }
}
