package org.trestle.node.pki;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/** Keys and certificates as text (RFC 7468). */
public final class Pem {
    private Pem() {}

    /** Everything that the text holds; at least one. */
    public static List<Object> all(String what, byte[] pem) throws PkiException {
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(new String(pem, StandardCharsets.UTF_8)))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                objects.add(object);
            }
        } catch (IOException | RuntimeException damaged) {
            throw new PkiException(what + " is damaged: " + damaged.getMessage(), damaged);
        }
        if (objects.isEmpty()) {
            throw new PkiException(what + " holds nothing in PEM form (a line -----BEGIN …-----)");
        }
        return objects;
    }

    /** The one private key. */
    public static PrivateKey key(String what, byte[] pem) throws PkiException {
        for (Object object : all(what, pem)) {
            PrivateKeyInfo info = object instanceof PEMKeyPair pair
                    ? pair.getPrivateKeyInfo()
                    : object instanceof PrivateKeyInfo found ? found : null;
            if (info != null) {
                try {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                } catch (IOException unusable) {
                    throw new PkiException(
                            what + " holds a key that Java cannot use: " + unusable.getMessage(), unusable);
                }
            }
            if (LockedKey.is(object)) {
                throw new PkiException(what + " is locked with a password; unlock it first: pki unlock " + what);
            }
        }
        throw new PkiException(what + " holds no private key");
    }

    /** All certificates, in the order of the text; at least one. */
    public static List<X509Certificate> certificates(String what, byte[] pem) throws PkiException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object object : all(what, pem)) {
            if (object instanceof X509CertificateHolder holder) {
                try {
                    certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
                } catch (CertificateException unusable) {
                    throw new PkiException(what + " holds a damaged certificate: " + unusable.getMessage(), unusable);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new PkiException(what + " holds no certificate");
        }
        return certificates;
    }

    /** The text of keys (PKCS #8), certificates or requests. */
    public static byte[] write(Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(
                        object instanceof PrivateKey key ? new PemObject("PRIVATE KEY", key.getEncoded()) : object);
            }
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
