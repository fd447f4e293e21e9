package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.auth.sasl.SaslExchange;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.sasl.SaslStep;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.xmpp.component.Components;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.ComponentSettings;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.stream.StreamLimits;
import org.trestle.xmpp.stream.Transports;

/** How each stream error of RFC 6120 4.9.3 is provoked, and that nobody else notices. */
final class StreamErrorsTest {
    private static final String STREAMS = " xmlns:stream='http://etherx.jabber.org/streams'";
    private static final String OPEN =
            "<stream:stream to='trestle.test' version='1.0' xmlns='jabber:client'" + STREAMS + ">";
    private static final String WHO_FAILS = "bug";

    private static final String WHO_EXPIRES = "brief";

    /**
     * Nobody outside of the cluster is asked when somebody authenticates, and the RFC forbids to say this of what is within
     * the administrative domain: then it is internal-server-error, see {@code theClusterIsNoRemoteEntity}.
     */
    private static final Set<Condition> NEVER_SAID = EnumSet.of(Condition.REMOTE_CONNECTION_FAILED);

    /** The ports of a node on which all is usual, of one that is going away, of one with little patience, of one with TLS. */
    private static final int USUAL = 0;

    private static final int LEAVING = 1;
    private static final int HASTY = 2;

    private static final int STRICT = 3;

    private final List<XmppServer> servers = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private EventLoopGroup loops;
    private TestCluster cluster;

    /** Provokes an error on the stream that it gives back. */
    private interface Provocation {
        Wire provoke() throws Exception;
    }

    /** Takes everybody's word for it, and makes a mistake with one name. */
    private static final class Trusting implements SaslMechanisms {
        @Override
        public SaslOffer offer(String domain, SaslChannel channel) {
            return new SaslOffer(domain, channel, List.of("PLAIN"));
        }

        @Override
        public @Nullable SaslExchange start(String mechanism, SaslOffer offer) {
            return response -> {
                String name = new String(response, StandardCharsets.UTF_8).split("\0")[1];
                if (name.equals(WHO_FAILS)) {
                    throw new IllegalStateException("a mistake of ours");
                }
                Instant until = name.equals(WHO_EXPIRES) ? Instant.now() : null;
                return CompletableFuture.completedFuture(new SaslStep.Success(new byte[0], name, until));
            };
        }
    }

    @BeforeEach
    void start() throws Exception {
        loops = Transports.group(2, "errors-test");
        cluster = new TestCluster(4);
        StreamLimits usual = StreamLimits.DEFAULT;
        StreamLimits hasty = new StreamLimits(
                usual.beforeAuthentication(),
                usual.afterAuthentication(),
                usual.maxConnections(),
                usual.maxUnauthenticatedPerPeer(),
                usual.tlsHandshake(),
                Duration.ofMillis(100),
                usual.closing(),
                usual.writeLowWater(),
                usual.writeHighWater(),
                usual.maxWaiting());
        servers.add(open(USUAL, usual, false));
        servers.add(open(LEAVING, usual, false));
        servers.add(open(HASTY, hasty, false));
        servers.add(open(STRICT, usual, true));
    }

    private XmppServer open(int index, StreamLimits limits, boolean tlsRequired) throws Exception {
        TestCluster.Node node = cluster.node(index);
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        XmppSettings settings = new XmppSettings(
                List.of(any),
                List.of(any),
                new ClientSettings(tlsRequired, 3, limits),
                ComponentSettings.DEFAULT,
                () -> {
                    throw new IllegalStateException("no TLS here");
                },
                () -> {
                    throw new IllegalStateException("no TLS here");
                },
                () -> Set.of(TestCluster.DOMAIN),
                SessionLimits.DEFAULT,
                "1.2.3");
        return XmppServer.open(
                        settings,
                        node,
                        new Trusting(),
                        node.accounts,
                        node.callBridges,
                        loops,
                        new SystemTimers(loops.next()),
                        node.registry)
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        for (XmppServer server : servers) {
            server.close().toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        cluster.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private InetSocketAddress clients(int server) {
        return servers.get(server).status().clients().get(0);
    }

    private Wire kept(Wire wire) {
        open.add(wire);
        return wire;
    }

    private Wire say(String xml) throws Exception {
        return kept(new Wire(clients(USUAL))).say(xml);
    }

    private Wire bound(int server, String account) throws Exception {
        return kept(Wire.client(clients(server), account, "r"));
    }

    private Wire component(String name) throws Exception {
        InetSocketAddress address = servers.get(USUAL).status().components().get(0);
        return kept(Wire.component(address, name, "secret-of-" + name));
    }

    private void commit(Change.Builder change) throws Exception {
        cluster.node(USUAL)
                .tables
                .commit(change.build())
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private Map<Condition, Provocation> provocations() {
        Map<Condition, Provocation> all = new EnumMap<>(Condition.class);
        all.put(Condition.BAD_FORMAT, () -> say(OPEN.replace("<stream:stream", "<stream:river")));
        all.put(Condition.BAD_NAMESPACE_PREFIX, () -> say(OPEN.replace(STREAMS, "")));
        all.put(Condition.CONFLICT, this::conflict);
        all.put(
                Condition.CONNECTION_TIMEOUT,
                () -> kept(new Wire(clients(HASTY)))); // who says something may come too late for saying it
        all.put(Condition.HOST_GONE, this::hostGone);
        all.put(Condition.HOST_UNKNOWN, () -> say(OPEN.replace("trestle.test", "nowhere.test")));
        all.put(Condition.IMPROPER_ADDRESSING, () -> say(OPEN.replace("to='trestle.test'", "")));
        all.put(Condition.INTERNAL_SERVER_ERROR, () -> say(OPEN + Wire.auth(WHO_FAILS)));
        all.put(Condition.INVALID_FROM, () -> bound(USUAL, "mallory").say("<message from='alice@trestle.test'/>"));
        all.put(Condition.INVALID_NAMESPACE, () -> say(OPEN.replace("jabber:client", "jabber:server")));
        all.put(
                Condition.INVALID_XML,
                () -> bound(USUAL, "mallory").say("<enable xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3'/>"));
        all.put(Condition.NOT_AUTHORIZED, () -> say(OPEN + "<message/>"));
        all.put(Condition.NOT_WELL_FORMED, () -> bound(USUAL, "mallory").say("<message><a></b></message>"));
        all.put(Condition.POLICY_VIOLATION, () -> bound(USUAL, "mallory").say("<a>".repeat(1_000)));
        all.put(Condition.RESET, this::expired);
        all.put(Condition.RESOURCE_CONSTRAINT, this::oneComponentTooMany);
        all.put(Condition.RESTRICTED_XML, () -> bound(USUAL, "mallory").say("<message><!-- --></message>"));
        all.put(Condition.SEE_OTHER_HOST, this::sentElsewhere);
        all.put(Condition.SYSTEM_SHUTDOWN, this::withoutCluster);
        all.put(
                Condition.UNDEFINED_CONDITION,
                () -> bound(USUAL, "mallory").say("<enable xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='9'/>"));
        all.put(Condition.UNSUPPORTED_ENCODING, () -> say("<?xml version='1.0' encoding='UTF-16'?>"));
        all.put(
                Condition.UNSUPPORTED_FEATURE,
                () -> kept(new Wire(clients(STRICT)))
                        .say(OPEN + Wire.auth("mallory") + Wire.auth("mallory") + Wire.auth("mallory")));
        all.put(
                Condition.UNSUPPORTED_STANZA_TYPE,
                () -> bound(USUAL, "mallory").say("<message xmlns='jabber:server'/>"));
        all.put(Condition.UNSUPPORTED_VERSION, () -> say(OPEN.replace("version='1.0'", "version='0.9'")));
        return all;
    }

    private Wire conflict() throws Exception {
        Wire first = bound(USUAL, "mallory");
        bound(LEAVING, "mallory");
        return first;
    }

    private Wire hostGone() throws Exception {
        commit(Change.of().put("domains", "other.test", new byte[0]));
        String other = OPEN.replace("trestle.test", "other.test");
        Wire wire = say(other);
        wire.until("</stream:features>");
        wire.say(Wire.auth("oscar")).until("<success[^>]*>");
        wire.say(other).until("</stream:features>");
        wire.say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
                .until("</bind></iq>");
        commit(Change.of().delete("domains", "other.test"));
        return wire;
    }

    private Wire oneComponentTooMany() throws Exception {
        for (int i = 0; i < Components.MAX_CONNECTIONS; i++) {
            component("cb2").until("<handshake/>");
        }
        return component("cb2");
    }

    private Wire expired() throws Exception {
        return kept(Wire.authenticated(clients(USUAL), WHO_EXPIRES))
                .say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    }

    private Wire sentElsewhere() throws Exception {
        Wire wire = bound(LEAVING, "mallory");
        servers.get(LEAVING).sendElsewhere("node3.trestle.test");
        kept(new Wire(clients(LEAVING))).say(OPEN).until("<see-other-host[^>]*>node3.trestle.test</see-other-host>");
        return wire;
    }

    private Wire withoutCluster() throws Exception {
        servers.get(LEAVING).sendElsewhere(null);
        Wire wire = bound(LEAVING, "mallory");
        cluster.node(LEAVING).serve(false);
        return wire;
    }

    /** RFC 6120 4.9.3.15: what fails within the administrative domain is no remote-connection-failed. */
    @Test
    void theClusterIsNoRemoteEntity() throws Exception {
        InetSocketAddress address = servers.get(USUAL).status().components().get(0);
        cluster.log().cut(cluster.node(USUAL).id, true);
        kept(Wire.component(address, "cb1", "secret-of-cb1"))
                .until("<stream:error><internal-server-error .*</stream:error></stream:stream>");
    }

    @Test
    void eachIsSaidInItsPlaceAndNobodyElseNotices() throws Exception {
        Map<Condition, Provocation> provocations = provocations();
        Set<Condition> covered = EnumSet.copyOf(provocations.keySet());
        covered.addAll(NEVER_SAID);
        assertEquals(EnumSet.allOf(Condition.class), covered);
        Wire alice = bound(USUAL, "alice");
        Wire bridge = component("cb1");
        bridge.until("<handshake/>");
        for (Map.Entry<Condition, Provocation> each : provocations.entrySet()) {
            String condition = each.getKey().elementName();
            each.getValue()
                    .provoke()
                    .until("<stream:error><" + condition + " xmlns=.urn:ietf:params:xml:ns:xmpp-streams.[^>]*>.*"
                            + "</stream:error></stream:stream>");
            alice.say("<message to='any@cb1.trestle.test'><body>" + condition + "</body></message>");
            bridge.until("<body>" + condition + "</body>");
            bridge.say("<message from='any@cb1.trestle.test' to='alice@trestle.test/r'><body>" + condition
                    + "</body></message>");
            alice.until("<body>" + condition + "</body>");
        }
    }
}
