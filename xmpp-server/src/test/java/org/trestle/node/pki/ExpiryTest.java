package org.trestle.node.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExpiryTest {
    private final Expiry expiry = new Expiry();
    private final ServerIdentity own = identity("own.crt");
    private final ServerIdentity other = identity("other.crt");
    private final Instant end = own.chain().get(0).getNotAfter().toInstant();

    @Test
    void remindsOnceADayInTheLastThirtyDays() {
        assertEquals(List.of(), due(Duration.ofDays(31)));
        assertEquals(1, due(Duration.ofDays(30)).size());
        assertEquals(List.of(), due(Duration.ofDays(30).minusHours(2)));
        assertEquals(
                List.of("the certificate own.crt of this node ends in 29 days (" + end
                        + "); \"xmpp certs <key> <crt>\" installs another"),
                due(Duration.ofDays(29)));
        assertTrue(due(Duration.ofDays(1)).get(0).contains("ends in 1 day ("));
        assertTrue(due(Duration.ofDays(-3)).get(0).contains("has ended ("));
    }

    @Test
    void namesTheDomainAndForgetsWhatIsReplaced() {
        Instant now = end.minus(Duration.ofDays(5));
        List<String> due = expiry.due(own, Map.of("example.net", other), now);
        assertEquals(2, due.size());
        assertTrue(
                due.get(1).startsWith("the certificate other.crt of the domain example.net ends in "), due.toString());
        assertTrue(due.get(1).endsWith("\"xmpp multi_domain add example.net <key> <crt>\" replaces it on all nodes"));
        assertEquals(List.of(), expiry.due(own, Map.of("example.net", other), now));
        expiry.due(own, Map.of(), now);
        assertEquals(1, expiry.due(own, Map.of("example.net", other), now).size());
    }

    private List<String> due(Duration before) {
        return expiry.due(own, Map.of(), end.minus(before));
    }

    private static ServerIdentity identity(String file) {
        Certificates.KeyAndCertificate made =
                Certificates.selfSigned(Subject.of(List.of("example.com")), Instant.now(), new SecureRandom());
        return new ServerIdentity(made.key(), List.of(made.certificate()), "a.key", file, null);
    }
}
