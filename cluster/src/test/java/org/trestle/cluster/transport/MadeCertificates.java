package org.trestle.cluster.transport;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.trestle.cluster.pki.ClusterCa;

/** Certificates that no cluster would issue, for tests. */
final class MadeCertificates {

    private MadeCertificates() {}

    static KeyPair keys(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    static X500Name name(ClusterCa ca) {
        return X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded());
    }

    /** Really signed by {@code ca}, with whatever a test wants in it. */
    static TlsCredential signed(ClusterCa ca, String uri, Date from, Date to, KeyPurposeId purpose) throws Exception {
        String pem = new String(ca.encode(), StandardCharsets.US_ASCII);
        String key = pem.substring(0, pem.indexOf("-----END")).replaceAll("-----.*-----|\\s", "");
        PrivateKey authority = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key)));
        return node(name(ca), authority, keys("EC", 256), uri, from, to, purpose);
    }

    static TlsCredential node(
            X500Name issuer, PrivateKey signer, KeyPair own, String uri, Date from, Date to, KeyPurposeId purpose)
            throws Exception {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer, BigInteger.TWO, from, to, new X500Name("CN=x"), own.getPublic());
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        GeneralName name = new GeneralName(GeneralName.uniformResourceIdentifier, uri);
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
        return built(builder, "SHA256withECDSA", signer, own);
    }

    /** RSA, self-signed and expired: all that a trust bundle asks is that it is this one. */
    static TlsCredential selfSigned(String host) throws Exception {
        KeyPair keys = keys("RSA", 2048);
        X500Name name = new X500Name("CN=" + host);
        Date once = Date.from(Instant.now());
        return built(
                new JcaX509v3CertificateBuilder(name, BigInteger.ONE, once, once, name, keys.getPublic()),
                "SHA256withRSA",
                keys.getPrivate(),
                keys);
    }

    private static TlsCredential built(
            JcaX509v3CertificateBuilder builder, String algorithm, PrivateKey signer, KeyPair own) throws Exception {
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(signer)));
        return new TlsCredential(own.getPrivate(), List.of(certificate));
    }
}
