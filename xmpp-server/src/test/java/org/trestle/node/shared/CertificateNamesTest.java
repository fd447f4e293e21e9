package org.trestle.node.shared;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.pki.Subject;

final class CertificateNamesTest {
    private static ServerIdentity identity(String... names) {
        Certificates.KeyAndCertificate made =
                Certificates.selfSigned(Subject.of(List.of(names)), Instant.now(), new SecureRandom());
        return new ServerIdentity(made.key(), List.of(made.certificate()), "k", "c", null);
    }

    @Test
    void theRelaysIsChosenOnlyForWhatItAloneCovers() {
        ServerKeys xmpp = new ServerKeys(identity("example.com", "both.example.com", "10.0.0.1"));
        xmpp.replace(
                identity("example.com", "both.example.com", "10.0.0.1"),
                Map.of("hosted.example.org", identity("whatever")));
        ServerIdentity turn =
                identity("turn.example.com", "both.example.com", "hosted.example.org", "*.relays.example", "10.0.0.2");
        CertificateNames names = new CertificateNames(() -> turn, xmpp, () -> null);
        assertTrue(names.onlyTheRelays("turn.example.com", "10.0.0.1"));
        assertTrue(names.onlyTheRelays("TURN.example.com", "10.0.0.1"));
        assertTrue(names.onlyTheRelays("a.relays.example", "10.0.0.1"));
        assertFalse(names.onlyTheRelays("a.b.relays.example", "10.0.0.1"));
        assertFalse(names.onlyTheRelays("relays.example", "10.0.0.1"));
        assertFalse(names.onlyTheRelays("both.example.com", "10.0.0.2"));
        assertFalse(names.onlyTheRelays("hosted.example.org", "10.0.0.2"));
        assertFalse(names.onlyTheRelays("elsewhere.example", "10.0.0.2"));
    }

    @Test
    void whoAsksForNoNameComesByAnAddress() throws Exception {
        ServerKeys xmpp = new ServerKeys(identity("example.com", "10.0.0.1"));
        ServerIdentity turn = identity("turn.example.com", "10.0.0.2", "203.0.113.9", "2001:db8::9");
        CertificateNames names = new CertificateNames(() -> turn, xmpp, () -> null);
        assertTrue(names.onlyTheRelays(null, "10.0.0.2"));
        assertFalse(names.onlyTheRelays(null, "10.0.0.1"));
        assertTrue(
                names.onlyTheRelays(null, InetAddress.getByName("2001:db8::9").getHostAddress()));
        InetAddress outside = InetAddress.getByName("203.0.113.9");
        assertTrue(new CertificateNames(() -> turn, xmpp, () -> outside).onlyTheRelays(null, "10.0.0.1"));
    }

    @Test
    void oneCertificateForBothIsXmpps() {
        ServerIdentity own = identity("example.com", "10.0.0.1");
        CertificateNames names = new CertificateNames(() -> own, new ServerKeys(own), () -> null);
        assertFalse(names.onlyTheRelays("example.com", "10.0.0.1"));
        assertFalse(names.onlyTheRelays(null, "10.0.0.1"));
    }
}
