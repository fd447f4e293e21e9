package org.trestle.cluster.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** The text form of keys, certificates and requests, RFC 7468. */
final class Pem {
    static final String CERTIFICATE = "CERTIFICATE";
    static final String PRIVATE_KEY = "PRIVATE KEY";
    static final String REQUEST = "CERTIFICATE REQUEST";

    private Pem() {}

    static String encode(PemObject... objects) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            for (PemObject object : objects) {
                writer.writeObject(object);
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory", impossible);
        }
        return text.toString();
    }

    static PemObject object(X509Certificate certificate) {
        try {
            return new PemObject(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateException impossible) {
            throw new IllegalStateException("a certificate that was read before", impossible);
        }
    }

    static PemObject object(PrivateKey key) {
        return new PemObject(PRIVATE_KEY, key.getEncoded());
    }

    /** All blocks of {@code text}, in order; {@code what} names the text in errors. */
    static List<PemObject> decode(String text, String what) throws IOException {
        List<PemObject> objects = new ArrayList<>();
        try (PemReader reader = new PemReader(new StringReader(text))) {
            for (PemObject next = reader.readPemObject(); next != null; next = reader.readPemObject()) {
                objects.add(next);
            }
        } catch (IOException | RuntimeException malformed) {
            throw new IOException(what + " is not readable as PEM: " + malformed.getMessage(), malformed);
        }
        return objects;
    }

    static byte[] one(String text, String type, String what) throws IOException {
        for (PemObject object : decode(text, what)) {
            if (object.getType().equals(type)) {
                return object.getContent();
            }
        }
        throw new IOException(what + " has no \"BEGIN " + type + "\" block");
    }

    static List<X509Certificate> certificates(String text, String what) throws IOException {
        List<X509Certificate> found = new ArrayList<>();
        for (PemObject object : decode(text, what)) {
            if (object.getType().equals(CERTIFICATE)) {
                found.add(certificate(object.getContent(), what));
            }
        }
        if (found.isEmpty()) {
            throw new IOException(what + " has no \"BEGIN " + CERTIFICATE + "\" block");
        }
        return found;
    }

    static X509Certificate certificate(byte[] der, String what) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException malformed) {
            throw new IOException(
                    what + " holds a certificate that cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    static PrivateKey ecKey(String text, String what) throws IOException {
        byte[] der = one(text, PRIVATE_KEY, what);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException malformed) {
            throw new IOException(what + " holds a key that cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    static String text(byte[] pem) {
        return new String(pem, StandardCharsets.US_ASCII);
    }
}
