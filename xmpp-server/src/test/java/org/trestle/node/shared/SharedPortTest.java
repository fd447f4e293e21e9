package org.trestle.node.shared;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.auth.sasl.SaslChannel;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.shared.SharedCounters.Event;
import org.trestle.turn.probe.ProbeTarget.Way;
import org.trestle.xmpp.stream.StreamCounters;
import org.trestle.xmpp.stream.WireClient;

/** A port that XMPP and the relay share: whose a connection is. */
@EnabledOnOs(OS.LINUX)
@Timeout(240)
final class SharedPortTest extends SharedPortHarness {

    @Test
    void servesXmppThatTlsNegotiates() throws Exception {
        open();
        try (WireClient client = client().with(CLIENT)) {
            client.startTls("xmpp-client");
            assertEquals("xmpp-client", client.applicationProtocol());
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            echoes(client);
            SaslChannel channel = present(host.mechanisms.channel);
            assertTrue(channel.secured());
            assertEquals(List.of(CLIENT.certificate()), channel.certificates());
            assertTrue(channel.bindings().types().contains("tls-server-end-point"));
        }
        assertEquals(1, count(Event.XMPP));
        assertEquals(1, streams.counters().total(StreamCounters.Event.AUTHENTICATED));
    }

    @Test
    void servesXmppOverTlsThatNegotiatesNothing() throws Exception {
        open();
        try (WireClient client = client()) {
            client.startTls();
            assertEquals("", client.applicationProtocol());
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            echoes(client);
        }
    }

    @Test
    void servesXmppThatStartsTlsLater() throws Exception {
        open();
        try (WireClient client = client()) {
            assertTrue(client.send(WireClient.OPEN).until("</stream:features>").contains("<required/>"));
            client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").until("<proceed");
            client.until("/>");
            client.startTls();
            echoes(client);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\u00ef\u00bb\u00bf", "<?xml version='1.0'?>"})
    void xmppMayBeginWithLessThanAStream(String before) throws Exception {
        open();
        try (Socket socket = socket()) {
            socket.getOutputStream().write(before.getBytes(ISO_8859_1));
            socket.getOutputStream().write(WireClient.OPEN.getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(40), US_ASCII);
            assertTrue(answer.contains("<stream:stream"), answer);
        }
        assertEquals(1, count(Event.XMPP));
    }

    @Test
    void relaysOverTlsThatNegotiatesNothing() throws Exception {
        open();
        relays(Way.TLS);
        assertEquals(2, count(Event.TURN));
    }

    @Test
    void relaysWithoutTls() throws Exception {
        open();
        relays(Way.TCP);
        assertEquals(2, count(Event.TURN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stun.turn", "stun.nat-discovery"})
    void servesTurnThatTlsNegotiates(String protocol) throws Exception {
        open();
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls("http/1.1", protocol);
            assertEquals(protocol, client.applicationProtocol());
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
            assertEquals("127.0.0.1", binding(client.socket()).getAddress().getHostAddress());
        }
    }

    @Test
    void theClientsOrderDecidesBetweenProtocols() throws Exception {
        open();
        try (WireClient client = client()) {
            client.startTls("stun.turn", "xmpp-client");
            assertEquals("stun.turn", client.applicationProtocol());
        }
        try (WireClient client = client()) {
            client.startTls("h2", "xmpp-client", "stun.turn");
            assertEquals("xmpp-client", client.applicationProtocol());
        }
    }

    @Test
    void otherProtocolsAreRefusedInTheWordsOfTls() throws Exception {
        open();
        try (WireClient client = client()) {
            SSLException refused = assertThrows(SSLException.class, () -> client.startTls("h2", "http/1.1"));
            assertTrue(String.valueOf(refused.getMessage()).contains("no_application_protocol"), refused::toString);
        }
        assertEquals(1, count(Event.NO_PROTOCOL));
    }

    @Test
    void withoutAProtocolTheNameChoosesTheCertificateAndTheFirstBytesTheServer() throws Exception {
        open();
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls();
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
            binding(client.socket());
        }
        try (WireClient client = client().asking("example.com")) {
            client.startTls();
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
            binding(client.socket());
        }
        try (WireClient client = client().asking("127.0.0.1")) { // an address is no name: nothing is asked for
            client.startTls();
            assertEquals(turnIdentity.chain().get(0), client.serverCertificate());
        }
        try (WireClient client = client().asking("elsewhere.example.org")) {
            client.startTls();
            assertEquals(xmppIdentity.chain().get(0), client.serverCertificate());
        }
    }

    @Test
    void aServerThatDoesNotRunTakesNobody() throws Exception {
        open();
        relayRuns = false;
        xmppRuns = false;
        Socket turn = socket();
        turn.getOutputStream().write(BINDING);
        assertCloses(turn);
        try (WireClient client = client().asking("turn.example.com")) {
            client.startTls("stun.turn");
            assertEquals("", client.rest());
        }
        assertEquals(2, count(Event.NO_RELAY));
        Socket xmpp = socket();
        xmpp.getOutputStream().write(WireClient.OPEN.getBytes(US_ASCII));
        assertCloses(xmpp);
        assertEquals(1, count(Event.NO_XMPP));
        relayRuns = true;
        xmppRuns = true;
        try (Socket again = socket()) {
            binding(again);
        }
    }

    @Test
    void aProxyTellsWhoTheClientIs() throws Exception {
        open(from -> true, new SharedLimits(1_000, 100, LONG));
        for (boolean slowly : new boolean[] {false, true}) {
            try (Socket socket = socket()) {
                for (byte[] part : slowly ? pieces(PROXY_HEADER) : List.of(PROXY_HEADER)) {
                    socket.getOutputStream().write(part);
                    socket.getOutputStream().flush();
                }
                assertEquals(new InetSocketAddress("192.0.2.1", 3333), binding(socket));
            }
        }
        try (WireClient client = client()) {
            client.socket().getOutputStream().write(PROXY_HEADER);
            client.startTls("xmpp-client");
            echoes(client);
            assertEquals(
                    new InetSocketAddress("192.0.2.1", 3333),
                    present(host.stream).peer());
        }
        Socket without = socket();
        without.getOutputStream().write(BINDING);
        assertCloses(without);
        assertEquals(1, count(Event.PROXY_REFUSED));
    }

    @Test
    void aCertificateThatIsRenewedCountsFromTheNextConnectionOn() throws Exception {
        open();
        ServerIdentity renewed = identity("renewed", "example.com");
        try (WireClient before = client()) {
            before.startTls("xmpp-client");
            xmppKeys.replace(renewed, Map.of());
            echoes(before);
            try (WireClient after = client()) {
                after.startTls("xmpp-client");
                assertEquals(renewed.chain().get(0), after.serverCertificate());
            }
        } finally {
            xmppKeys.replace(xmppIdentity, Map.of());
        }
    }

    private static List<byte[]> pieces(byte[] whole) {
        return List.of(Arrays.copyOf(whole, 5), Arrays.copyOfRange(whole, 5, whole.length));
    }
}
