package org.trestle.auth.cert;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.prep.Prepared;

/**
 * The certificates that clients may log in with (XEP-0178): those that lead to one of the authorities. Lists of revoked
 * certificates are not asked for. Any thread.
 */
public final class ClientCertificates {

    /** No certificate is good for anything. */
    public static final ClientCertificates NONE = new ClientCertificates(List.of(), List.of(), Instant::now);

    private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final int OTHER_NAME = 0;
    private static final int EMAIL = 1;
    private static final int DNS = 2;

    private final Set<TrustAnchor> anchors;
    private final List<NameSource> names;
    private final Supplier<Instant> clock;

    /** @param names where Jids are looked for; the first of them that a certificate has counts, and the others do not */
    public ClientCertificates(List<X509Certificate> authorities, List<NameSource> names, Supplier<Instant> clock) {
        this.anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.names = List.copyOf(names);
        this.clock = clock;
    }

    /**
     * The accounts of a domain that a certificate stands for, bare Jids, each once; none when it leads to no authority.
     *
     * @param chain the certificate, then those that came with it; empty for none
     */
    public List<String> accounts(List<X509Certificate> chain, String domain) {
        if (chain.isEmpty()
                || anchors.isEmpty()
                || !isForClients(chain.get(0))
                || path(chain).isEmpty()) {
            return List.of();
        }
        for (NameSource source : names) {
            List<String> found = named(chain.get(0), source, domain);
            if (!found.isEmpty()) {
                return found.stream()
                        .map(ClientCertificates::jid)
                        .filter(jid -> jid != null && jid.endsWith("@" + domain))
                        .distinct()
                        .toList();
            }
        }
        return List.of();
    }

    /** RFC 6120 section 13.7.1.3: a certificate that says what it is for says this too. */
    private static boolean isForClients(X509Certificate certificate) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses == null || uses.contains(CLIENT_USE) || uses.contains(ANY_USE);
        } catch (CertificateParsingException damaged) {
            return false;
        }
    }

    /** When the first of the certificates expires that lead from this one to an authority; null when none do. */
    public @Nullable Instant until(List<X509Certificate> chain) {
        return path(chain).stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** From the certificate to an authority, which is not in it; empty when there is no way. */
    private List<X509Certificate> path(List<X509Certificate> chain) {
        if (chain.isEmpty() || anchors.isEmpty()) {
            return List.of();
        }
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(chain.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.get()));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            return CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath().getCertificates().stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException noPath) {
            return List.of();
        }
    }

    private static List<String> named(X509Certificate certificate, NameSource source, String domain) {
        return switch (source) {
            case XMPP_ADDR -> alternatives(certificate, OTHER_NAME);
            case EMAIL -> alternatives(certificate, EMAIL);
            case DNS ->
                alternatives(certificate, DNS).stream()
                        .map(name -> name.replaceFirst("\\.", "@"))
                        .toList();
            case COMMON_NAME ->
                commonNames(certificate).stream()
                        .map(name -> name.indexOf('@') < 0 ? name + "@" + domain : name)
                        .toList();
        };
    }

    private static List<String> alternatives(X509Certificate certificate, int kind) {
        List<String> found = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            for (List<?> each : all == null ? List.<List<?>>of() : all) {
                Object value = Integer.valueOf(kind).equals(each.get(0)) ? each.get(1) : null;
                String text = value instanceof byte[] der ? XmppAddr.read(der) : (String) value;
                if (text != null) {
                    found.add(text);
                }
            }
        } catch (CertificateParsingException damaged) {
            return List.of();
        }
        return found;
    }

    private static List<String> commonNames(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .toList();
        } catch (InvalidNameException damaged) {
            return List.of();
        }
    }

    private static @Nullable String jid(String text) {
        try {
            return Prepared.bareJid(text);
        } catch (IllegalArgumentException notAJid) {
            return null;
        }
    }
}
