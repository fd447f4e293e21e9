package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.auth.sasl.SaslExchange;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.sasl.SaslOffer;
import org.trestle.auth.sasl.SaslStep;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.ComponentSettings;
import org.trestle.xmpp.stream.StreamLimits;
import org.trestle.xmpp.stream.Transports;

/** Two whole servers with real sockets and real streams; only the cluster below them is in memory. */
final class XmppServerTest {
    private final List<XmppServer> servers = new ArrayList<>();
    private EventLoopGroup loops;
    private TestCluster cluster;

    /** Takes everybody's word for it. */
    private static final class Trusting implements SaslMechanisms {
        @Override
        public SaslOffer offer(String domain, SaslChannel channel) {
            return new SaslOffer(domain, channel, List.of("PLAIN"));
        }

        @Override
        public @Nullable SaslExchange start(String mechanism, SaslOffer offer) {
            return response -> CompletableFuture.completedFuture(
                    new SaslStep.Success(new byte[0], new String(response, StandardCharsets.UTF_8).split("\0")[1]));
        }
    }

    /** As usual, but who writes to a slow receiver waits as long as it takes: a quarter of a second is real time here. */
    private static final SessionLimits PATIENT = new SessionLimits(
            SessionLimits.DEFAULT.maxSessions(),
            SessionLimits.DEFAULT.maxDirected(),
            SessionLimits.DEFAULT.excess(),
            SessionLimits.DEFAULT.presences(),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1),
            Duration.ofHours(1));

    @BeforeEach
    void start() throws Exception {
        loops = Transports.group(2, "xmpp-test");
        cluster = new TestCluster(2);
        for (TestCluster.Node node : cluster.nodes) {
            servers.add(open(node, 0));
        }
    }

    private XmppServer open(TestCluster.Node node, int port) throws Exception {
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", port);
        XmppSettings settings = new XmppSettings(
                List.of(any),
                List.of(new InetSocketAddress("127.0.0.1", 0)),
                new ClientSettings(false, 3, StreamLimits.DEFAULT),
                ComponentSettings.DEFAULT,
                () -> {
                    throw new IllegalStateException("no TLS here");
                },
                () -> {
                    throw new IllegalStateException("no TLS here");
                },
                () -> Set.of(TestCluster.DOMAIN),
                PATIENT,
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
                .get(90, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (XmppServer server : servers) {
            server.close().toCompletableFuture().get(90, TimeUnit.SECONDS);
        }
        cluster.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(90, TimeUnit.SECONDS);
    }

    private InetSocketAddress clients(int server) {
        return servers.get(server).status().clients().get(0);
    }

    private InetSocketAddress components(int server) {
        return servers.get(server).status().components().get(0);
    }

    @Test
    void strangersMakeAccountsOnlyWhereThatIsSwitchedOn() throws Exception {
        String open = "<stream:stream to='trestle.test' version='1.0' xmlns='jabber:client'"
                + " xmlns:stream='http://etherx.jabber.org/streams'>";
        String register = "<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>Zoe</username>"
                + "<password>pw</password></query></iq>";
        try (Wire off = new Wire(clients(0))) {
            String features =
                    off.say(open).until("<stream:features>.*</stream:features>").group();
            assertFalse(features.contains("iq-register"), features);
            off.say(register).until("<iq[^>]* type=.error.[^>]*>.*<service-unavailable");
            off.say("<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>").until("<not-authorized");
        }
        cluster.node(1)
                .tables
                .commit(Change.of()
                        .put("settings", "registration", new byte[] {1})
                        .build())
                .toCompletableFuture()
                .get(90, TimeUnit.SECONDS);
        try (Wire on = new Wire(clients(0))) {
            on.say(open).until("<register xmlns=.http://jabber.org/features/iq-register.*</stream:features>");
            on.say("<iq type='get' id='g'><query xmlns='jabber:iq:register'/></iq>")
                    .until("<username/><password/></query></iq>");
            on.say(register).until("<iq[^>]* type=.result.");
            assertTrue(cluster.node(1).accounts.exists("zoe@trestle.test"));
            on.say(register).until("<conflict");
            on.say(register.replace("<password>pw</password>", "")).until("<not-acceptable");
        }
    }

    @Test
    void aClientSaysThatNobodyLooksAtIt() throws Exception {
        try (Wire offered = Wire.authenticated(clients(1), "carol", "<csi xmlns=.urn:xmpp:csi:0./>");
                Wire bob = Wire.client(clients(1), "bob", "b");
                Wire alice = Wire.client(clients(0), "alice", "a")) {
            bob.say("<inactive xmlns='urn:xmpp:csi:0'/><iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>")
                    .until("<iq[^>]* id=.p.");
            alice.say("<presence to='bob@trestle.test/b'><status>1</status></presence>"
                    + "<presence to='bob@trestle.test/b'><status>2</status></presence>"
                    + "<message to='bob@trestle.test/b' type='chat'><body>hi</body></message>");
            assertFalse(bob.until("<presence.*<body>hi").group().contains("<status>1"));
            bob.say("<active xmlns='urn:xmpp:csi:0'/><sleepy xmlns='urn:xmpp:csi:0'/>")
                    .until("unsupported-stanza-type");
        }
    }

    @Test
    void clientsAndComponentsOnTwoNodesTalk() throws Exception {
        try (Wire alice = Wire.client(clients(0), "alice", "a");
                Wire bob = Wire.client(clients(1), "bob", "b");
                Wire bridge = Wire.component(components(1), "cb1", "secret-of-cb1")) {
            bridge.until("<handshake/>");
            alice.say("<presence/>").until("<presence[^>]* from=.alice@trestle.test/a.");
            alice.say("<message to='bob@trestle.test/b' type='chat' id='1'><body  xml:lang='en'>x &amp; y</body>"
                    + "<any xmlns='urn:any' a='1'/></message>");
            bob.until("<message[^>]* from=.alice@trestle.test/a.[^>]*><body  xml:lang='en'>x &amp; y</body>"
                    + "<any xmlns='urn:any' a='1'/></message>");
            bob.say("<iq type='get' id='p' to='cb1.trestle.test'><ping xmlns='urn:xmpp:ping'/></iq>");
            bridge.until("<iq[^>]* from=.bob@trestle.test/b.[^>]*><ping xmlns='urn:xmpp:ping'/></iq>");
            bridge.say("<iq type='result' id='p' from='cb1.trestle.test' to='bob@trestle.test/b'/>");
            bob.until("<iq[^>]* from=.cb1.trestle.test.");
            bridge.say("<message from='room@cb1.trestle.test' to='alice@trestle.test'><body>hi</body></message>");
            alice.until("<message[^>]* from=.room@cb1.trestle.test.[^>]*><body>hi</body></message>");
            bob.say("<message to='nobody@trestle.test' type='chat' id='2'><body>?</body></message>");
            bob.until("<message[^>]* type=.error.[^>]*>.*<service-unavailable");
            XmppStatus status = servers.get(1).status();
            assertEquals(1, status.sessions());
            assertEquals(2, status.clusterSessions());
            assertEquals(1, status.componentConnections());
            assertTrue(status.accepting());
            assertEquals(Set.of("trestle.test"), status.domains());
        }
    }

    @Test
    void aSessionIsResumedThreeTimesAndLosesNothing() throws Exception {
        try (Wire alice = Wire.client(clients(1), "alice", "a")) {
            Wire bob = Wire.client(clients(0), "bob", "b");
            String id = bob.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
                    .until("<enabled xmlns='urn:xmpp:sm:3' id='([^']+)' resume='true' max='300'/>")
                    .group(1);
            for (int round = 0; round < 3; round++) {
                bob.breaks();
                for (int i = 0; i < 10; i++) {
                    alice.say("<message to='bob@trestle.test/b' type='chat'><body>" + (round * 10 + i)
                            + "</body></message>");
                }
                bob = Wire.authenticated(clients(0), "bob");
                bob.say("<resume xmlns='urn:xmpp:sm:3' previd='" + id + "' h='" + (round * 10) + "'/>"
                                + "<message to='alice@trestle.test/a' type='chat'><body>" + round + "</body></message>")
                        .until("<resumed xmlns='urn:xmpp:sm:3' previd='" + id + "' h='" + round + "'/>");
                for (int i = 0; i < 10; i++) {
                    bob.until("<body>" + (round * 10 + i) + "</body>");
                }
                alice.until("from=.bob@trestle.test/b.[^>]*><body>" + round + "</body>");
            }
            bob.close();
        }
    }

    @Test
    void theSameJidAgainLosesNothingAndEndsTheOlderStream() throws Exception {
        try (Wire bob = Wire.client(clients(1), "bob", "b");
                Wire first = Wire.client(clients(0), "alice", "a")) {
            for (int round = 0; round < 10; round++) {
                try (Wire alice = Wire.client(clients(round % 2), "alice", "a")) {
                    StringBuilder many = new StringBuilder();
                    for (int i = 0; i < 20; i++) {
                        many.append("<message to='alice@trestle.test/a' type='chat'><body>")
                                .append(round * 20 + i)
                                .append("</body></message>");
                    }
                    bob.say(many.toString());
                    for (int i = 0; i < 20; i++) {
                        alice.until("<body>" + (round * 20 + i) + "</body>");
                    }
                    alice.breaks();
                }
            }
            first.until("<conflict");
            bob.say("<iq type='get' id='end' to='trestle.test'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertFalse(bob.until("^(.*)<iq[^>]* id=.end.").group(1).contains("error"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aClientThatDoesNotReadSlowsItsSenderAndLosesNothing(int node) throws Exception {
        int messages = 30_000;
        String filling = "x".repeat(1_000);
        try (Wire alice = Wire.client(clients(0), "alice", "a");
                Wire carol = Wire.client(clients(0), "carol", "c");
                Wire bob = Wire.client(clients(node), "bob", "b")) {
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        alice.say("<message to='bob@trestle.test/b' type='chat'><body>" + i + ":" + filling
                                + "</body></message>");
                    }
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            // Bob reads nothing until the server has stopped reading from alice; others are served meanwhile.
            for (int i = 0; !flood.isDone() && cluster.node(0).counted("xmpp.source.held") == 0; i++) {
                carol.say("<iq type='get' id='k" + i + "' to='trestle.test'><ping xmlns='urn:xmpp:ping'/></iq>")
                        .until("<iq[^>]* id=.k" + i + ".");
            }
            assertTrue(cluster.node(0).counted("xmpp.source.held") > 0);
            for (int i = 0; i < messages; i++) {
                bob.until("<body>" + i + ":");
            }
            flood.get(90, TimeUnit.SECONDS);
            assertEquals(0, cluster.node(node).counted("xmpp.endpoint.full"));
        }
    }

    @Test
    void aWrongSecretAndAStrayFromEndTheStream() throws Exception {
        try (Wire wrong = Wire.component(components(0), "cb1", "secret-of-cb2")) {
            wrong.until("<not-authorized");
        }
        try (Wire bridge = Wire.component(components(0), "cb1", "secret-of-cb1")) {
            bridge.until("<handshake/>");
            bridge.say("<message from='mallory@other.invalid' to='alice@trestle.test'><body>hi</body></message>");
            bridge.until("<invalid-from");
        }
    }

    @Test
    void withoutAClusterStreamsAreSentAwayAndLoginsRefused() throws Exception {
        try (Wire alice = Wire.client(clients(0), "alice", "a");
                Wire bob = Wire.client(clients(1), "bob", "b")) {
            cluster.node(0).serve(false);
            alice.until("<system-shutdown.*this node has lost its cluster; connect to another node");
            assertFalse(servers.get(0).status().accepting());
            try (Wire late = new Wire(components(0))) {
                late.say("<stream:stream to='cb1.trestle.test' xmlns='jabber:component:accept'"
                                + " xmlns:stream='http://etherx.jabber.org/streams'>")
                        .until("<system-shutdown");
            }
            cluster.node(0).serve(true);
            try (Wire again = Wire.client(clients(0), "alice", "a")) {
                again.say("<message to='bob@trestle.test/b'><body>back</body></message>");
                bob.until("<body>back</body>");
            }
        }
    }

    @Test
    void closingTellsEverybodyAndGivesTheJidsBack() throws Exception {
        try (Wire alice = Wire.client(clients(0), "alice", "a");
                Wire bob = Wire.client(clients(1), "bob", "b")) {
            alice.say("<presence to='bob@trestle.test/b'/>");
            bob.until("<presence[^>]* from=.alice@trestle.test/a.");
            CompletableFuture<Void> closed = servers.get(0).close().toCompletableFuture();
            alice.until("<system-shutdown");
            alice.close();
            closed.get(90, TimeUnit.SECONDS);
            bob.until("<presence[^>]* type=.unavailable.");
            assertEquals(1, cluster.node(1).directory.size());
            assertThrows(IOException.class, () -> new Wire(clients(0)));
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> open(cluster.node(0), clients(1).getPort()));
        IOException cause = assertInstanceOf(IOException.class, failed.getCause());
        assertTrue(
                cause.getMessage()
                        .startsWith("cannot listen for clients on 127.0.0.1:"
                                + clients(1).getPort() + ": "),
                cause.getMessage());
    }
}
