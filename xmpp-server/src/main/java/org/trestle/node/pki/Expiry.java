package org.trestle.node.pki;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reminds of certificates that end: once a day each, from thirty days before. One caller at a time. */
public final class Expiry {
    /** How long before the end the reminders begin. */
    public static final Duration BEFORE = Duration.ofDays(30);

    private static final Duration BETWEEN = Duration.ofHours(23);

    private final Map<X509Certificate, Instant> reminded = new HashMap<>();

    /** What is due now for the node's own certificate and those of domains, in words for the operator. */
    public List<String> due(ServerIdentity own, Map<String, ServerIdentity> byDomain, Instant now) {
        List<String> due = new ArrayList<>();
        List<X509Certificate> present = new ArrayList<>(List.of(own.chain().get(0)));
        if (isDue(own, now)) {
            due.add(words(own, "of this node", now) + "; \"xmpp certs <key> <crt>\" installs another");
        }
        byDomain.forEach((domain, identity) -> {
            present.add(identity.chain().get(0));
            if (isDue(identity, now)) {
                due.add(words(identity, "of the domain " + domain, now) + "; \"xmpp multi_domain add " + domain
                        + " <key> <crt>\" replaces it on all nodes");
            }
        });
        reminded.keySet().retainAll(present);
        return due;
    }

    private boolean isDue(ServerIdentity identity, Instant now) {
        X509Certificate certificate = identity.chain().get(0);
        if (end(certificate).isAfter(now.plus(BEFORE))) {
            return false;
        }
        Instant last = reminded.get(certificate);
        if (last != null && now.isBefore(last.plus(BETWEEN))) {
            return false;
        }
        reminded.put(certificate, now);
        return true;
    }

    private static String words(ServerIdentity identity, String whose, Instant now) {
        Instant end = end(identity.chain().get(0));
        long days = Duration.between(now, end).toDays();
        String when = !end.isAfter(now) ? "has ended" : days == 1 ? "ends in 1 day" : "ends in " + days + " days";
        return "the certificate " + identity.certificateFile() + " " + whose + " " + when + " (" + end + ")";
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }
}
