package org.trestle.cluster.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.transport.NodeName;

final class ClusterCaTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeId NODE = new NodeId("00000000000000aa");

    @Test
    void issuesCertificatesThatNameTheNodeAndServeBothEnds() throws Exception {
        ClusterCa ca = ClusterCa.create(NOW);
        X509Certificate certificate = ca.issue(NODE, NodeKey.create(NODE).publicKey(), NOW);

        certificate.verify(ca.certificate().getPublicKey());
        assertEquals(
                List.of(List.of(6, "urn:trestle:node:00000000000000aa")),
                List.copyOf(certificate.getSubjectAlternativeNames()));
        assertEquals(List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"), certificate.getExtendedKeyUsage());
        assertEquals(-1, certificate.getBasicConstraints());
        certificate.checkValidity(java.util.Date.from(NOW.plus(Duration.ofDays(3640))));
        assertEquals(NODE, NodeName.of(certificate));
    }

    @Test
    void survivesBeingStored() throws Exception {
        ClusterCa ca = ClusterCa.create(NOW);
        ClusterCa again = ClusterCa.decode(ca.encode());
        assertEquals(ca.fingerprint(), again.fingerprint());
        assertEquals(64, ca.fingerprint().length());
        again.issue(NODE, NodeKey.create(NODE).publicKey(), NOW)
                .verify(ca.certificate().getPublicKey());
        assertFalse(ca.toString().contains("PRIVATE"));
    }

    @Test
    void refusesAKeyOfAnotherAuthority() {
        String one = new String(ClusterCa.create(NOW).encode(), StandardCharsets.US_ASCII);
        String other = new String(ClusterCa.create(NOW).encode(), StandardCharsets.US_ASCII);
        String mixed =
                one.substring(0, one.indexOf("-----BEGIN CERT")) + other.substring(other.indexOf("-----BEGIN CERT"));
        assertThrows(IOException.class, () -> ClusterCa.decode(mixed.getBytes(StandardCharsets.US_ASCII)));
        assertThrows(IOException.class, () -> ClusterCa.decode(new byte[0]));
        assertThrows(
                IOException.class, () -> ClusterCa.decode(one.substring(0, 200).getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void twoAuthoritiesNeverShareAName() {
        assertNotEquals(
                ClusterCa.create(NOW).certificate().getSubjectX500Principal(),
                ClusterCa.create(NOW).certificate().getSubjectX500Principal());
    }

    @Test
    void certifiesTheKeyOfARequestUnderTheIdThatItIsGiven() throws Exception {
        ClusterCa ca = ClusterCa.create(NOW);
        NodeKey key = NodeKey.create(NODE);
        NodeIdentity identity = key.certified(ca.issue(NODE, key.request(), NOW), ca.certificatePem());
        assertEquals(NODE, identity.node());
        assertEquals(key.publicKey(), identity.certificate().getPublicKey());

        byte[] forAnother = ca.issue(new NodeId("00000000000000bb"), key.request(), NOW);
        String message = assertThrows(IOException.class, () -> key.certified(forAnother, ca.certificatePem()))
                .getMessage();
        assertTrue(message.contains("00000000000000bb"), message);
    }

    @Test
    void refusesRequestsThatAreDamagedOrNotSignedByTheirKey() {
        ClusterCa ca = ClusterCa.create(NOW);
        byte[] request = NodeKey.create(NODE).request();
        assertThrows(IOException.class, () -> ca.issue(NODE, new byte[] {1, 2, 3}, NOW));
        for (int at = 40; at < request.length - 40; at++) {
            byte[] damaged = request.clone();
            damaged[at] = (byte) (damaged[at] == 'A' ? 'B' : 'A');
            try {
                ca.issue(NODE, damaged, NOW);
                // The only damage that may pass is none: line ends do not count in PEM.
                assertTrue(request[at] == '\n', "damage at " + at + " was not seen");
            } catch (IOException seen) {
                assertTrue(seen.getMessage().contains("certificate request"), seen.getMessage());
            }
        }
    }
}
