package org.trestle.cluster.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class TrustBundleTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void holdsExactlyTheCertificatesOfTheBundle() throws Exception {
        ClusterCa one = ClusterCa.create(NOW);
        ClusterCa two = ClusterCa.create(NOW);
        ClusterCa three = ClusterCa.create(NOW);
        String pem = "some words first\n" + text(one.certificatePem()) + "\r\n" + text(two.certificatePem())
                + text(one.certificatePem());
        TrustBundle bundle = TrustBundle.parse(pem);
        assertEquals(2, bundle.certificates().size());
        assertTrue(bundle.contains(one.certificate()));
        assertTrue(bundle.contains(two.certificate()));
        assertFalse(bundle.contains(three.certificate()));
        assertEquals(
                bundle.fingerprints(), TrustBundle.parse(text(bundle.encode())).fingerprints());
    }

    @Test
    void refusesWhatIsNoBundle() {
        assertTrue(refusal("").contains("no \"BEGIN CERTIFICATE\" block"));
        assertTrue(refusal("-----BEGIN CERTIFICATE-----\nMIIB").contains("PEM"));
        assertTrue(refusal(text(ClusterCa.create(NOW).encode())).contains("private key"));
        assertTrue(refusal("x".repeat(300_000)).contains("longer than"));
    }

    @Test
    void isBounded() {
        StringBuilder pem = new StringBuilder();
        for (int i = 0; i <= TrustBundle.MOST; i++) {
            pem.append(text(ClusterCa.create(NOW).certificatePem()));
        }
        assertTrue(refusal(pem.toString()).contains("the most is 64"));
    }

    private static String refusal(String pem) {
        return assertThrows(IOException.class, () -> TrustBundle.parse(pem)).getMessage();
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }
}
