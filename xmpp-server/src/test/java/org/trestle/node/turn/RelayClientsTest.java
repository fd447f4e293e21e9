package org.trestle.node.turn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.SelfSigned;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.settings.TurnState;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.net.NetCounters;
import org.trestle.turn.relay.Alternates;

/** What {@code trestle.turn.proxies} and {@code trestle.turn.limits} make of clients' connections. */
@EnabledOnOs(OS.LINUX)
final class RelayClientsTest {
    private static final int SECONDS = 30;

    /** PROXY protocol, version 2: TCP over IPv4, from 192.0.2.1 port 3333 to 198.51.100.7 port 3478. */
    private static final byte[] PROXY_HEADER =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "c0000201c6336407" + "0d050d96");

    private static final byte[] BINDING = HexFormat.of().parseHex("00010000" + "2112a442" + "000000000000000000000001");

    @TempDir
    Path directory;

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private NodeRelay relay;

    @BeforeEach
    void start() throws Exception {
        int free;
        try (ServerSocket port = new ServerSocket(0, 1, loopback)) {
            free = port.getLocalPort();
        }
        TurnConfig config = ConfigFile.load(
                        Files.writeString(directory.resolve("turn.conf"), """
                                trestle.turn {
                                  listen = ["127.0.0.1"]
                                  port = %d
                                  tls-port = null
                                  proxies = ["127.0.0.0/8"]
                                  limits.connections-per-address = 2
                                }
                                """.formatted(free)), directory)
                .turn();
        ServerKeys keys = new ServerKeys(
                new SelfSigned(directory, new SecureRandom()).identity(List.of("127.0.0.1"), Instant.now()));
        relay = NodeRelay.start(
                        RelayAddresses.plan(
                                config, TurnState.AS_CONFIGURED, "0.0.0.0", "127.0.0.1", words -> List.of(loopback)),
                        new NodeRelay.Parts(
                                "trestle",
                                () -> CredentialBook.of(config.users()),
                                Alternates.NONE,
                                new RelayJournal(System::currentTimeMillis),
                                keys,
                                Set.of(),
                                List::of))
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        relay.stop("the test is over").toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void aLoadBalancerTellsTheClientsAddress() throws Exception {
        try (Socket client = connect(PROXY_HEADER)) {
            assertEquals("192.0.2.1:3333", mappedAddress(client));
        }
    }

    @Test
    void aLoadBalancersConnectionWithoutTheHeaderIsRefused() throws Exception {
        try (Socket client = connect(BINDING)) {
            assertEquals(-1, client.getInputStream().read());
        }
        assertEquals(1, counted(NetCounters.Count.PROXY_REFUSED));
    }

    @Test
    void theAddressBehindTheLoadBalancerHasItsShareOfConnections() throws Exception {
        try (Socket first = connect(PROXY_HEADER);
                Socket second = connect(PROXY_HEADER)) {
            mappedAddress(first);
            mappedAddress(second);
            try (Socket third = connect(PROXY_HEADER)) {
                assertEquals(-1, third.getInputStream().read());
            }
        }
        assertEquals(1, counted(NetCounters.Count.REFUSED_PER_ADDRESS));
    }

    private long counted(NetCounters.Count count) {
        return relay.netCounters().stream()
                .mapToLong(counters -> counters.get(count))
                .sum();
    }

    private Socket connect(byte[] firstBytes) throws IOException {
        Socket socket = new Socket(loopback, relay.plan().port());
        socket.setSoTimeout(SECONDS * 1000);
        socket.getOutputStream().write(firstBytes);
        return socket;
    }

    /** Asks for the address that the relay sees, by a Binding request. */
    private static String mappedAddress(Socket client) throws IOException {
        client.getOutputStream().write(BINDING);
        byte[] answer = new byte[32];
        new DataInputStream(client.getInputStream()).readFully(answer);
        ByteBuffer value = ByteBuffer.wrap(answer);
        assertEquals(0x0101, value.getShort(), "a success");
        assertTrue(value.getShort(20) == 0x20, "XOR-MAPPED-ADDRESS");
        int port = (value.getShort(26) & 0xffff) ^ 0x2112;
        int ip = value.getInt(28) ^ 0x2112a442;
        return (ip >>> 24) + "." + (ip >>> 16 & 0xff) + "." + (ip >>> 8 & 0xff) + "." + (ip & 0xff) + ":" + port;
    }
}
