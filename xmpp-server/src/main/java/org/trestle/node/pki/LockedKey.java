package org.trestle.node.pki;

import java.io.IOException;
import java.security.PrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.EncryptionException;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/** Private keys that are locked with a password: PKCS #8 (RFC 5958), and the older form of OpenSSL. */
public final class LockedKey {
    // Never registered: only the ciphers of such files are asked of it.
    private static final BouncyCastleProvider CIPHERS = new BouncyCastleProvider();

    private LockedKey() {}

    /** Whether something in a PEM file is a locked key. */
    public static boolean is(Object object) {
        return object instanceof PEMEncryptedKeyPair || object instanceof PKCS8EncryptedPrivateKeyInfo;
    }

    /** Unlocks the one key of a file. */
    public static PrivateKey unlock(String what, byte[] pem, char[] password) throws PkiException {
        for (Object object : Pem.all(what, pem)) {
            if (is(object)) {
                return key(what, object, password);
            }
        }
        Pem.key(what, pem); // says so when it holds no key at all
        throw new PkiException(what + " is not locked");
    }

    private static PrivateKey key(String what, Object locked, char[] password) throws PkiException {
        try {
            PrivateKeyInfo info = locked instanceof PEMEncryptedKeyPair older
                    ? older.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                    .setProvider(CIPHERS)
                                    .build(password))
                            .getPrivateKeyInfo()
                    : ((PKCS8EncryptedPrivateKeyInfo) locked)
                            .decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                                    .setProvider(CIPHERS)
                                    .build(password));
            return new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (PKCSException | EncryptionException wrong) {
            throw new PkiException("this is not the password of " + what, wrong);
        } catch (IOException | OperatorCreationException unusable) {
            throw new PkiException(what + " cannot be unlocked: " + unusable.getMessage(), unusable);
        }
    }
}
