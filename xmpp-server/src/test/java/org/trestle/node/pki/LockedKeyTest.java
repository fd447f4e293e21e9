package org.trestle.node.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.security.interfaces.ECPrivateKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** With keys that OpenSSL has locked. */
final class LockedKeyTest {
    private static final char[] PASSWORD = "open sesame".toCharArray();

    @Test
    void unlocksBothForms() throws Exception {
        ECPrivateKey one = (ECPrivateKey) LockedKey.unlock("pkcs8.key", file("pkcs8.key"), PASSWORD);
        ECPrivateKey other = (ECPrivateKey) LockedKey.unlock("traditional.key", file("traditional.key"), PASSWORD);
        assertEquals(one.getS(), other.getS());
        ECPrivateKey written = (ECPrivateKey) Pem.key("written", Pem.write(one));
        assertEquals(one.getS(), written.getS());
    }

    @Test
    void unlocksKeysOfOlderCiphers() throws Exception {
        assertEquals(
                "RSA",
                LockedKey.unlock("old.key", file("pkcs12-kind.key"), PASSWORD).getAlgorithm());
    }

    @Test
    void saysWhenThePasswordIsWrong() {
        for (String name : new String[] {"pkcs8.key", "traditional.key", "pkcs12-kind.key"}) {
            PkiException wrong = assertThrows(
                    PkiException.class, () -> LockedKey.unlock(name, file(name), "open barley".toCharArray()));
            assertEquals("this is not the password of " + name, wrong.getMessage());
        }
    }

    private static byte[] file(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(LockedKeyTest.class.getResourceAsStream("/keys/" + name))) {
            return file.readAllBytes();
        }
    }
}
