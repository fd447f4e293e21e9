package org.trestle.node.pki;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Makes and compares keys, requests and certificates (RFC 5280, RFC 2986). */
public final class Certificates {
    private static final Duration SELF_SIGNED_FOR = Duration.ofDays(825);
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
    private static final int SERIAL_BITS = 127;

    private Certificates() {}

    /** A key with its certificate. */
    public record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {}

    /** A key with the request for its certificate. */
    public record KeyAndRequest(PrivateKey key, PKCS10CertificationRequest request) {}

    public static KeyAndCertificate selfSigned(Subject subject, Instant now, SecureRandom random) {
        try {
            KeyPair pair = generate(random);
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    subject.name(),
                                    new BigInteger(SERIAL_BITS, random),
                                    Date.from(now.minus(CLOCKS_DIFFER)),
                                    Date.from(now.plus(SELF_SIGNED_FOR)),
                                    subject.name(),
                                    pair.getPublic())
                            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(Extension.subjectAlternativeName, false, subject.alternatives())
                            .build(signer(pair.getPrivate())));
            return new KeyAndCertificate(pair.getPrivate(), certificate);
        } catch (GeneralSecurityException | IOException | OperatorCreationException impossible) {
            throw new IllegalStateException("this Java cannot make a certificate", impossible);
        }
    }

    public static KeyAndRequest request(Subject subject, SecureRandom random) {
        try {
            KeyPair pair = generate(random);
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(Extension.subjectAlternativeName, false, subject.alternatives());
            return new KeyAndRequest(
                    pair.getPrivate(),
                    new JcaPKCS10CertificationRequestBuilder(subject.name(), pair.getPublic())
                            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                            .build(signer(pair.getPrivate())));
        } catch (GeneralSecurityException | IOException | OperatorCreationException impossible) {
            throw new IllegalStateException("this Java cannot make a request", impossible);
        }
    }

    private static KeyPair generate(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(key);
    }

    /** Whether the private key belongs to the public one: what one signs, the other verifies. */
    public static boolean match(PrivateKey key, PublicKey publicKey) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = {1, 2, 3, 4};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException otherKind) {
            return false;
        }
    }

    /** Checks that {@code certificate} leads over {@code others} to one of {@code roots}; fails with what is missing. */
    public static void verify(X509Certificate certificate, List<X509Certificate> others, List<X509Certificate> roots)
            throws PkiException {
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(certificate);
            Set<TrustAnchor> anchors = new LinkedHashSet<>();
            roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            List<X509Certificate> all = new ArrayList<>(others);
            all.add(certificate);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
            certificate.checkValidity();
            if (!roots.contains(certificate)) {
                CertPathBuilder.getInstance("PKIX").build(parameters);
            }
        } catch (CertificateException notNow) {
            throw new PkiException(
                    "the certificate is valid from "
                            + certificate.getNotBefore().toInstant() + " to "
                            + certificate.getNotAfter().toInstant() + ", not now",
                    notNow);
        } catch (GeneralSecurityException noPath) {
            throw new PkiException(
                    "the certificate does not lead to a root of the bundle: its issuer is "
                            + certificate.getIssuerX500Principal().getName(),
                    noPath);
        }
    }

    /** DNS names and addresses that a request asks for. */
    public static List<String> names(PKCS10CertificationRequest request) {
        Extensions asked = request.getRequestedExtensions();
        GeneralNames names =
                asked == null ? null : GeneralNames.fromExtensions(asked, Extension.subjectAlternativeName);
        return names == null
                ? List.of()
                : Arrays.stream(names.getNames()).map(Certificates::text).toList();
    }

    private static String text(GeneralName name) {
        try {
            return name.getTagNo() == GeneralName.iPAddress
                    ? InetAddress.getByAddress(
                                    ASN1OctetString.getInstance(name.getName()).getOctets())
                            .getHostAddress()
                    : String.valueOf(name.getName());
        } catch (UnknownHostException damaged) {
            return String.valueOf(name.getName());
        }
    }

    /** DNS names and addresses of a certificate. */
    public static List<String> names(X509Certificate certificate) {
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            return alternatives == null
                    ? List.of()
                    : alternatives.stream()
                            .map(alternative -> String.valueOf(alternative.get(1)))
                            .toList();
        } catch (CertificateException damaged) {
            return List.of();
        }
    }

    /**
     * Whether a certificate is for this host (RFC 9525 6.3): one of its names is the same, or has a first label {@code *} for
     * the host's first.
     *
     * @param host a DNS name in ASCII, or an address
     */
    public static boolean covers(X509Certificate certificate, String host) {
        int dot = host.indexOf('.');
        boolean name = NetUtil.createByteArrayFromIpAddressString(host) == null;
        String any = name && dot > 0 ? "*" + host.substring(dot) : host;
        return names(certificate).stream().anyMatch(each -> each.equalsIgnoreCase(host) || each.equalsIgnoreCase(any));
    }

    /** The SHA-256 fingerprint, in pairs of digits. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
