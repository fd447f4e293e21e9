package org.trestle.turn.net;

import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.policy.AccountQuotas;
import org.trestle.turn.relay.Alternates;
import org.trestle.turn.relay.Credentials;
import org.trestle.turn.relay.NonceSecret;
import org.trestle.turn.relay.PeerPolicy;
import org.trestle.turn.relay.PortPool;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.Relay;
import org.trestle.turn.relay.RelayClock;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.RelayEvents;
import org.trestle.turn.relay.RelaySettings;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.TransportAddress;

/** A relay on loopback with one user, for whom every peer is allowed. */
final class TestRelay implements AutoCloseable {

    static final String REALM = "trestle.test";
    static final String USER = "bench";
    static final String PASSWORD = "secret";
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int SECONDS = 90;

    final RelayServer server;
    final InetSocketAddress udp;
    final InetSocketAddress tcp;

    /** With free ports; relayed ports from {@code firstPort} on. */
    TestRelay(int loops, NetLimits limits, @Nullable TurnTls tls, int firstPort) throws Exception {
        this(settings(loops, limits, 0), tls, firstPort);
    }

    TestRelay(NetSettings settings, @Nullable TurnTls tls, int firstPort) throws Exception {
        SecureRandom random = new SecureRandom();
        PortPool ports = new PortPool(firstPort, firstPort + 3_999, random);
        NonceSecret secret = new NonceSecret(random, System.nanoTime());
        AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(1_000_000, 1_000_000, 0, 0));
        InetAddress relayed = settings.relayIpv4() != null ? settings.relayIpv4() : settings.relayIpv6();
        RelaySettings relay = RelaySettings.of(REALM, TransportAddress.of(relayed, 0));
        server = RelayServer.start(
                        settings,
                        tls,
                        (loop, sockets, neighbours, executor) -> new Relay.Parts(
                                relay,
                                sockets,
                                ports,
                                secret,
                                new OneUser(),
                                new EveryPeer(),
                                quotas,
                                Alternates.NONE,
                                neighbours,
                                RelayEvents.NONE,
                                RelayClock.SYSTEM,
                                PooledByteBufAllocator.DEFAULT))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        udp = port(NetSettings.Kind.UDP);
        tcp = port(NetSettings.Kind.TCP);
    }

    static NetSettings settings(int loops, NetLimits limits, int port) {
        InetSocketAddress any = new InetSocketAddress(LOOPBACK, port);
        return new NetSettings(
                List.of(
                        new NetSettings.Listener(NetSettings.Kind.UDP, any),
                        new NetSettings.Listener(NetSettings.Kind.TCP, any)),
                LOOPBACK,
                null,
                loops,
                NetSettings.DEFAULT_SOCKET_BUFFER,
                true,
                limits,
                address -> false);
    }

    private InetSocketAddress port(NetSettings.Kind kind) {
        return server.listeners().stream()
                .filter(listener -> listener.kind() == kind)
                .findFirst()
                .orElseThrow()
                .address();
    }

    long count(NetCounters.Count count) {
        return server.netCounters().stream().mapToLong(c -> c.get(count)).sum();
    }

    long count(RelayCounters.Count count) {
        return server.relayCounters().stream().mapToLong(c -> c.get(count)).sum();
    }

    @Override
    public void close() throws Exception {
        server.stop("the test is over").toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Every peer may be reached. */
    private static final class EveryPeer implements PeerPolicy {
        @Override
        public @Nullable String refuses(long high, long low, int port, boolean tcp) {
            return null;
        }

        @Override
        public boolean dependsOnPort(long high, long low) {
            return false;
        }

        @Override
        public long changes() {
            return 0;
        }
    }

    /** Knows one user. */
    private static final class OneUser implements Credentials {
        private final Known known = new Known(USER, USER, List.of(new Password()), List.of(), Long.MAX_VALUE);

        @Override
        public Answer byName(byte[] username) {
            return USER.equals(new String(username, StandardCharsets.UTF_8)) ? known : unknown();
        }

        @Override
        public Answer byHash(byte[] userHash) {
            return unknown();
        }

        private static Answer unknown() {
            return new Unknown(Refusal.UNKNOWN_USER, "", List.of());
        }
    }

    /** Its password. */
    private static final class Password implements Credentials.Key {
        private final byte[] md5 = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
        private final byte[] sha256 = LongTermKey.of(PasswordAlgorithm.SHA_256, USER, REALM, PASSWORD);

        @Override
        public String label() {
            return "the password";
        }

        @Override
        public byte[] bytes(PasswordAlgorithm algorithm) {
            return algorithm == PasswordAlgorithm.MD5 ? md5 : sha256;
        }
    }
}
