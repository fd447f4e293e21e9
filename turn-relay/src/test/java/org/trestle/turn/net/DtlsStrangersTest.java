package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.stun.TransportAddress;

/** What those who have shown nothing may cost over DTLS. */
@EnabledOnOs(OS.LINUX)
final class DtlsStrangersTest {
    private static final long SECOND = 1_000_000_000L;

    /**
     * Who has collected the cookies of all contexts must send all of them to make the relay answer one forged address: at
     * 142 bytes, the shortest hello with a cookie, that is more than five times 28 kB, a long chain sent seven times.
     */
    @Test
    void aCookieOfOneAddressIsNoWeaponAgainstAnother() throws Exception {
        TurnTls tls = TurnTls.of(new TestKeys("relay.test").keys());
        Set<SSLContext> contexts = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int port = 1; port <= 8_192; port++) {
            SSLContext context = tls.dtls(client(0x0b00_0001, port));
            contexts.add(context);
            assertSame(context, tls.dtls(client(0x0b00_0001, port)), "the same when the cookie comes back");
        }
        assertTrue(contexts.size() > 900 && contexts.size() <= TurnTls.DTLS_CONTEXTS, contexts.size() + " contexts");
        for (SSLContext context : contexts) {
            assertEquals(1, context.getServerSessionContext().getSessionCacheSize(), "sessions that are kept");
        }
    }

    @Test
    void firstMessagesAreLookedAtAtABoundedRate() {
        HelloLimit limit = new HelloLimit(1_000, 4711, 5 * SECOND);
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + (i << 8), 1), 5 * SECOND) ? 1 : 0;
        }
        assertEquals(101, looked, "of all networks, at once");
        looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + (i << 8), 1), 5 * SECOND + i * (SECOND / 10_000)) ? 1 : 0;
        }
        assertTrue(looked >= 995 && looked <= 1_001, looked + " in a second");
    }

    @Test
    void oneNetworkLeavesRoomForOthers() {
        HelloLimit limit = new HelloLimit(1_000, 4711, 0);
        int looked = 0;
        for (int i = 0; i < 10_000; i++) {
            looked += limit.allows(client(0x0b00_0000 + i % 256, i), i * (SECOND / 10_000)) ? 1 : 0;
        }
        assertTrue(looked >= 250 && looked <= 277, looked + " of one network in a second");
        assertTrue(limit.allows(client(0x0b00_0107, 1), SECOND), "another network");
    }

    /** Who knows a client's address can send from it; without the keys that must not end what the client has. */
    @Test
    void forgedRecordsDoNotEndWhatAClientHas() throws Exception {
        TestKeys keys = new TestKeys("relay.test");
        try (TestRelay relay = new TestRelay(1, NetLimits.DEFAULTS, TurnTls.of(keys.keys()), 48_000)) {
            Map<String, byte[]> all = forged();
            all.put("another client's first message", HostileClientsTest.clientHello());
            for (Map.Entry<String, byte[]> forged : all.entrySet()) {
                try (DtlsLink link = new DtlsLink(relay.udp, keys.client("DTLSv1.2"))) {
                    TurnClient client = new TurnClient(link);
                    client.allocate(TurnClient.UDP_PEERS);
                    for (int i = 0; i < 5; i++) {
                        link.forge(forged.getValue());
                    }
                    assertDoesNotThrow(client::end, forged.getKey());
                }
            }
        }
    }

    private static Map<String, byte[]> forged() {
        Map<String, byte[]> forged = new LinkedHashMap<>();
        forged.put("fatal alert in the clear", record(21, 0, 9, 2, 40));
        forged.put("end in the clear", record(21, 0, 9, 1, 0));
        forged.put("fatal alert that is not encrypted", record(21, 1, 9, 2, 40));
        forged.put("data with a wrong signature", record(23, 1, 9, new byte[80]));
        forged.put("alert with a wrong signature", record(21, 1, 99, new byte[40]));
        forged.put("data in the clear", record(23, 0, 9, 1, 2, 3));
        forged.put("ChangeCipherSpec", record(20, 0, 9, 1));
        forged.put("handshake of no kind", record(22, 0, 9, 99, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0));
        forged.put("handshake that is cut off", record(22, 0, 9, 1, 0));
        forged.put("HelloRequest", record(22, 0, 9, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0));
        forged.put("an epoch to come", record(23, 7, 9, new byte[40]));
        forged.put("another version", new byte[] {22, 3, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0});
        forged.put("a record that is cut off", new byte[] {23, (byte) 0xfe, (byte) 0xfd, 0, 1});
        forged.put("a record longer than its datagram", new byte[] {23, -2, -3, 0, 1, 0, 0, 0, 0, 0, 9, 0x40, 0, 1});
        forged.put("an empty record", record(23, 1, 9, new byte[0]));
        forged.put("a kind that is none", record(63, 1, 9, new byte[20]));
        forged.put("heartbeat", record(24, 0, 9, 1, 0x40, 0));
        return forged;
    }

    private static byte[] record(int type, int epoch, int sequence, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        return record(type, epoch, sequence, bytes);
    }

    private static byte[] record(int type, int epoch, int sequence, byte[] content) {
        return ByteBuffer.allocate(13 + content.length)
                .put((byte) type)
                .putShort((short) 0xfefd)
                .putShort((short) epoch)
                .putShort((short) 0)
                .putInt(sequence)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    private static TransportAddress client(int ipv4, int port) {
        return new TransportAddress(0, TransportAddress.ipv4(ipv4), port);
    }
}
