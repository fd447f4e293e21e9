package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.xml.XmlLimits;

final class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.255.255, true",
        "10.1.0.0/16, 10.2.0.0, false",
        "10.1.128.0/17, 10.1.127.255, false",
        "10.1.128.0/17, 10.1.128.0, true",
        "192.0.2.7/32, 192.0.2.7, true",
        "192.0.2.7/32, 192.0.2.6, false",
        "0.0.0.0/0, 198.51.100.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe80::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void knowsWhoIsInIt(String network, String peer, boolean inside) throws UnknownHostException {
        assertEquals(inside, Network.of(network).contains(InetAddress.getByName(peer)));
        assertEquals(network, Network.of(network).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "fd00::/129",
                "example.com/8",
                "10.0.0.0/-1",
                "10.0.0.0/٨"
            })
    void refusesWhatIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.of(text));
    }

    @Test
    void aNetworkOfOneHostIsOnePeer() throws UnknownHostException {
        StreamLimits limits = new StreamLimits(
                XmlLimits.BEFORE_AUTHENTICATION,
                XmlLimits.AFTER_AUTHENTICATION,
                10,
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                1,
                1,
                1);
        StreamCounters counters = new StreamCounters();
        Admission admission = new Admission(limits, counters);
        AtomicInteger closed = new AtomicInteger();
        Admission.Ticket oldest =
                Objects.requireNonNull(admission.admit(peer("2001:db8:1:2:ffff::2"), closed::incrementAndGet));
        Admission.Ticket first = Objects.requireNonNull(admission.admit(peer("2001:db8:1:2::1"), () -> {}));
        assertEquals(1, closed.get(), "it is no other peer");
        oldest.giveBack();
        assertNotNull(admission.admit(peer("2001:db8:1:3::1"), () -> {}));
        assertNotNull(admission.admit(peer("192.0.2.1"), () -> {}));
        first.authenticated();
        first.authenticated();
        assertNotNull(admission.admit(peer("2001:db8:1:2::2"), () -> {}));
        assertEquals(4, admission.connections());
        first.giveBack();
        first.giveBack();
        assertEquals(3, admission.connections());
        assertNotNull(admission.admit(peer("2001:db8:1:2::3"), () -> {}));
        assertEquals(2, counters.total(StreamCounters.Event.DISPLACED));
    }

    @Test
    void aClosedPortIsEmptyWhenTheLastConnectionIsOver() throws Exception {
        Admission admission = new Admission(StreamLimits.DEFAULT, new StreamCounters());
        Admission.Ticket first = Objects.requireNonNull(admission.admit(peer("192.0.2.1"), () -> {}));
        Admission.Ticket second = Objects.requireNonNull(admission.admit(peer("192.0.2.1"), () -> {}));
        CompletableFuture<Void> empty = admission.close().toCompletableFuture();
        assertNull(admission.admit(peer("192.0.2.2"), () -> {}));
        first.giveBack();
        assertFalse(empty.isDone());
        second.giveBack();
        assertTrue(empty.isDone());
    }

    private static InetSocketAddress peer(String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 1);
    }
}
