package org.trestle.xmpp.server;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.component.ComponentNames;
import org.trestle.xmpp.component.Components;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureHost;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.route.Router;
import org.trestle.xmpp.route.RouterParts;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.Leftovers;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.SessionContext;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.session.SessionMeters;
import org.trestle.xmpp.session.Sessions;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.StreamError;

/** Everything of the server above its streams. Built on any thread; {@link #close} is called once. */
final class ServerCore {
    /** How often endpoints are looked after. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** What streams are told when the node has lost its cluster. */
    static final String NO_CLUSTER = "this node has lost its cluster; connect to another node";

    /**
     * What a server is made of.
     *
     * @param domains of the configuration, beside those of the cluster
     * @param services outside of XMPP
     */
    record Parts(
            Cluster cluster,
            SaslMechanisms mechanisms,
            Accounts accounts,
            CallBridges callBridges,
            Supplier<? extends Collection<String>> domains,
            SessionLimits limits,
            FeatureContext.Product product,
            Timers timers,
            MeterRegistry registry,
            ExternalServices services) {

        /** Without services outside of XMPP. */
        Parts(
                Cluster cluster,
                SaslMechanisms mechanisms,
                Accounts accounts,
                CallBridges callBridges,
                Supplier<? extends Collection<String>> domains,
                SessionLimits limits,
                FeatureContext.Product product,
                Timers timers,
                MeterRegistry registry) {
            this(
                    cluster,
                    mechanisms,
                    accounts,
                    callBridges,
                    domains,
                    limits,
                    product,
                    timers,
                    registry,
                    ExternalServices.NONE);
        }
    }

    private final Timers timers;
    private final LocalDomains domains;
    private final Endpoints endpoints = new Endpoints();
    private final Leftovers leftovers;
    private final FeatureHost features;
    private final GuestExpiry guests;
    private final Router router;
    private final Sessions sessions;
    private final Components components;
    private final Subscription serving;
    private volatile boolean open = true;
    private volatile Timers.@Nullable Timer ticking;

    ServerCore(Parts parts) {
        Cluster cluster = parts.cluster();
        timers = parts.timers();
        domains = new LocalDomains(cluster.tables(), parts.domains());
        guests = new GuestExpiry(cluster, timers, parts.registry());
        leftovers = new Leftovers(cluster::serving);
        ComponentNames names = new ComponentNames(parts.callBridges(), domains);
        Supplier<List<String>> connected = () -> names.connected(cluster.directory());
        FeatureSite site = new FeatureSite(
                cluster,
                parts.accounts(),
                parts.callBridges(),
                domains,
                endpoints,
                parts.limits(),
                parts.services(),
                timers,
                parts.registry());
        RouteHooks hooks = new RouteHooks();
        features = new FeatureHost(Features.all(), site, hooks, this::route, connected, parts.product());
        router = new Router(new RouterParts(
                cluster, domains, endpoints, names::isComponent, features, hooks, parts.limits(), parts.registry()));
        SessionContext context = new SessionContext(
                router, features.rules(), features::nonza, parts.limits(), timers, new SessionMeters(parts.registry()));
        sessions = new Sessions(cluster, parts.mechanisms(), domains, endpoints, leftovers, context, features);
        components = new Components(cluster, names, endpoints, leftovers, context);
        domains.onGone(this::gone);
        serving = cluster.onServing(this::serving);
        tick();
    }

    /** For the features, which are installed before the router is made and send when it is. */
    private void route(Stanza stanza, @Nullable Source source) {
        router.route(stanza, source);
    }

    private void serving(boolean now) {
        if (!now) {
            end(NO_CLUSTER);
        }
    }

    /** RFC 6120 4.9.3.6. */
    private void gone(String domain) {
        StreamError error =
                StreamError.of(StreamError.Condition.HOST_GONE, "the domain " + domain + " is served no longer");
        for (Endpoint endpoint : endpoints.all()) {
            String of = endpoint.address().domain();
            if (endpoint instanceof ClientSession ? of.equals(domain) : of.endsWith("." + domain)) {
                endpoint.close(error);
            }
        }
    }

    private void end(String text) {
        StreamError error = StreamError.of(StreamError.Condition.SYSTEM_SHUTDOWN, text);
        sessions.end(error);
        components.end(error);
    }

    private void tick() {
        if (open) {
            endpoints.tick();
            leftovers.tick();
            router.tick();
            guests.tick();
            ticking = timers.after(TICK, this::tick);
        }
    }

    Sessions sessions() {
        return sessions;
    }

    Components components() {
        return components;
    }

    Router router() {
        return router;
    }

    FeatureHost features() {
        return features;
    }

    LocalDomains domains() {
        return domains;
    }

    /** Ends all streams, and takes no more. */
    void close(String text) {
        open = false;
        Timers.Timer timer = ticking;
        if (timer != null) {
            timer.cancel();
        }
        serving.close();
        sessions.close();
        components.close();
        end(text);
        domains.close();
    }

    /** Completes when the addresses of the streams that have ended are given back. */
    CompletionStage<Void> settled() {
        return leftovers.settled();
    }

    /** Hears no more of the cluster; after the streams have gone. */
    void closeRouter() {
        features.close();
        guests.close();
        router.close();
    }
}
