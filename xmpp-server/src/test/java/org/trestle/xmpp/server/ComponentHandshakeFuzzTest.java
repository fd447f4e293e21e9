package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.trestle.cluster.time.SystemTimers;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.ComponentSettings;
import org.trestle.xmpp.stream.Transports;

/**
 * Any bytes of a component behind its header, over a socket and against what judges handshakes in a server: the corpus, or,
 * with {@code JAZZER_FUZZ=1}, ever new ones. The first byte chooses the domain. The secret is never among them, because what
 * is sent is a hash over a stream id that nobody can foresee.
 */
final class ComponentHandshakeFuzzTest {
    private static final List<String> DOMAINS =
            List.of("cb1.trestle.test", "cb9.trestle.test", "trestle.test", "cb1.other.test", "a.cb1.trestle.test");

    private static EventLoopGroup loops;
    private static TestCluster cluster;
    private static XmppServer server;

    @BeforeAll
    static void start() throws Exception {
        loops = Transports.group(1, "handshakes");
        cluster = new TestCluster(1);
        TestCluster.Node node = cluster.node(0);
        List<InetSocketAddress> any = List.of(new InetSocketAddress("127.0.0.1", 0));
        XmppSettings settings = new XmppSettings(
                any,
                any,
                ClientSettings.DEFAULT,
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
        server = XmppServer.open(
                        settings,
                        node,
                        new TestCluster.NoMechanisms(),
                        node.accounts,
                        node.callBridges,
                        loops,
                        new SystemTimers(loops.next()),
                        node.registry)
                .toCompletableFuture()
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close().toCompletableFuture().get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        cluster.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @FuzzTest(maxDuration = "60s")
    void nobodyGetsInWithoutTheSecret(byte[] input) throws Exception {
        String domain = DOMAINS.get(input.length == 0 ? 0 : (input[0] & 0xff) % DOMAINS.size());
        String rest = input.length == 0 ? "" : new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1);
        InetSocketAddress address = server.status().components().get(0);
        try (Wire wire = new Wire(address)) {
            wire.say("<stream:stream to='" + domain + "' xmlns='jabber:component:accept'"
                            + " xmlns:stream='http://etherx.jabber.org/streams'>")
                    .until("<stream:stream[^>]*>");
            // Behind it what ends any quotes and any CDATA section, so that there is always an end.
            String answer = wire.say(rest + "]]>'\"></stream:stream>")
                    .until("^(.*)</stream:stream>")
                    .group(1);
            assertFalse(answer.contains("<handshake/>"), answer);
            assertFalse(answer.contains("internal-server-error"), answer);
        }
        assertEquals(0, server.status().componentConnections());
    }
}
