package org.trestle.auth.cert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** With certificates that were made once by OpenSSL, and with its way of writing names. */
final class ClientCertificatesTest {
    private static final String DOMAIN = "trestle.test";
    private static final List<String> NOBODY = List.of();
    private static final List<String> ALICE = List.of("alice@trestle.test");

    private final Instant now = certificate("one").getNotBefore().toInstant().plus(Duration.ofDays(1));

    @Test
    void theJidOfACertificateIsTheAccount() {
        assertEquals(ALICE, accounts("one", NameSource.XMPP_ADDR));
        assertEquals(List.of("alice@trestle.test", "bob@trestle.test"), accounts("several", NameSource.XMPP_ADDR));
        assertEquals(NOBODY, accounts("elsewhere", NameSource.XMPP_ADDR));
        assertEquals(NOBODY, accounts("not-a-jid", NameSource.XMPP_ADDR));
        assertEquals(NOBODY, accounts("email", NameSource.XMPP_ADDR));
    }

    @Test
    void otherNamesCountWhenTheOperatorSaysSo() {
        assertEquals(ALICE, accounts("email", NameSource.XMPP_ADDR, NameSource.EMAIL));
        assertEquals(ALICE, accounts("dns", NameSource.EMAIL, NameSource.DNS));
        assertEquals(ALICE, accounts("common-name", NameSource.COMMON_NAME));
        assertEquals(NOBODY, accounts("common-name", NameSource.EMAIL));
    }

    @Test
    void theFirstKindOfNameThatIsThereCountsAlone() {
        assertEquals(NOBODY, accounts("elsewhere", NameSource.XMPP_ADDR, NameSource.COMMON_NAME));
        assertEquals(
                List.of("alice@trestle.test", "bob@trestle.test"),
                accounts("several", NameSource.XMPP_ADDR, NameSource.DNS));
        assertEquals(List.of("eve@trestle.test"), accounts("several", NameSource.DNS, NameSource.XMPP_ADDR));
    }

    @Test
    void aCertificateOfAnotherAuthorityStandsForNobody() {
        assertEquals(NOBODY, accounts("of-strangers", NameSource.XMPP_ADDR));
        assertEquals(NOBODY, accounts("stranger", NameSource.COMMON_NAME));
    }

    @Test
    void aCertificateForServersStandsForNobody() {
        assertEquals(NOBODY, accounts("for-servers", NameSource.XMPP_ADDR));
    }

    @Test
    void theWayToTheAuthorityMayLeadOverOthers() {
        ClientCertificates certificates = certificates(now, NameSource.XMPP_ADDR);
        assertEquals(ALICE, certificates.accounts(List.of(certificate("lower"), certificate("between")), DOMAIN));
        assertEquals(NOBODY, certificates.accounts(List.of(certificate("lower")), DOMAIN));
        assertEquals(NOBODY, certificates.accounts(List.of(certificate("lower"), certificate("one")), DOMAIN));
    }

    @Test
    void aCertificateHasItsTime() {
        Instant end = certificate("one").getNotAfter().toInstant();
        assertEquals(
                NOBODY,
                certificates(end.plusSeconds(1), NameSource.XMPP_ADDR).accounts(List.of(certificate("one")), DOMAIN));
        ClientCertificates certificates = certificates(now, NameSource.XMPP_ADDR);
        assertEquals(end, certificates.until(List.of(certificate("one"))));
        assertNull(certificates.until(List.of(certificate("of-strangers"))));
        assertNull(certificates.until(List.of()));
    }

    @Test
    void withoutAuthoritiesOrACertificateThereIsNobody() {
        assertEquals(NOBODY, ClientCertificates.NONE.accounts(List.of(certificate("one")), DOMAIN));
        assertEquals(NOBODY, certificates(now, NameSource.XMPP_ADDR).accounts(List.of(), DOMAIN));
    }

    @Test
    void damagedNamesAreNoNamesAndNeverThrow() throws Exception {
        byte[] name = null;
        for (List<?> each : Objects.requireNonNull(certificate("one").getSubjectAlternativeNames())) {
            name = (byte[]) each.get(1);
        }
        Objects.requireNonNull(name);
        assertEquals("alice@trestle.test", XmppAddr.read(name));
        for (int length = 0; length < name.length; length++) {
            assertNull(XmppAddr.read(java.util.Arrays.copyOf(name, length)));
        }
        Random random = new Random(120);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = name.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            XmppAddr.read(changed);
        }
    }

    private List<String> accounts(String name, NameSource... sources) {
        return certificates(now, sources).accounts(List.of(certificate(name)), DOMAIN);
    }

    private static ClientCertificates certificates(Instant now, NameSource... sources) {
        return new ClientCertificates(List.of(certificate("authority")), List.of(sources), () -> now);
    }

    private static X509Certificate certificate(String name) {
        try (InputStream file = Objects.requireNonNull(
                ClientCertificatesTest.class.getResourceAsStream("/certificates/" + name + ".crt"))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(file);
        } catch (java.io.IOException | java.security.cert.CertificateException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
