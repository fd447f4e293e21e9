package org.trestle.auth.scram;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class KeyDerivationTest {

    @Test
    void derivesBothHashesWithSaltsOfTheirOwn() throws Exception {
        try (KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 10)) {
            ScramKeys keys = derivation.keys("secret").toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertFalse(Arrays.equals(keys.sha1().salt(), keys.sha256().salt()));
            assertTrue(matches(derivation, keys.sha1(), "secret"));
            assertTrue(matches(derivation, keys.sha256(), "secret"));
            assertTrue(matches(derivation, Objects.requireNonNull(keys.sha512()), "secret"));
            assertFalse(matches(derivation, keys.sha256(), "Secret"));
        }
    }

    @Test
    void aFullQueueRefusesAndCounts() throws Exception {
        try (KeyDerivation derivation = new KeyDerivation(new SecureRandom(), 1, 2)) {
            List<CompletableFuture<ScramKeys>> asked = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                asked.add(derivation.keys("secret" + i).toCompletableFuture());
            }
            long refused = derivation.refused();
            assertTrue(refused > 400, "refused " + refused);
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> asked.get(499).get(60, TimeUnit.SECONDS));
            assertInstanceOf(RejectedExecutionException.class, failure.getCause());
            asked.get(0).get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void keysSurviveTheirEncoding() {
        ScramKeys keys = keys();
        ByteBuffer out = ByteBuffer.allocate(keys.encodedSize());
        keys.encode(out);
        assertFalse(out.hasRemaining());
        ScramKeys read = ScramKeys.decode(out.flip(), true);
        assertArrayEquals(keys.sha1().storedKey(), read.sha1().storedKey());
        assertArrayEquals(keys.sha256().serverKey(), read.sha256().serverKey());
        assertArrayEquals(keys.sha256().salt(), read.sha256().salt());
        assertEquals(4096, read.sha1().iterations());
    }

    @Test
    void keysThatAreCutOrChangedAreRefusedOrReadNeverWorse() {
        ScramKeys keys = keys();
        byte[] encoded = new byte[keys.encodedSize()];
        keys.encode(ByteBuffer.wrap(encoded));
        for (int length = 0; length < encoded.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(encoded, 0, length);
            assertThrows(IllegalArgumentException.class, () -> ScramKeys.decode(cut, true));
        }
        for (int i = 0; i < encoded.length; i++) {
            byte[] changed = encoded.clone();
            changed[i] ^= (byte) 0x80;
            try {
                ScramKeys.decode(ByteBuffer.wrap(changed), true);
            } catch (IllegalArgumentException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isBlank());
            }
        }
    }

    private static ScramKeys keys() {
        return new ScramKeys(
                KeyDerivation.key(ScramHash.SHA_1, "p", new byte[] {1, 2, 3}, 4096),
                KeyDerivation.key(ScramHash.SHA_256, "p", new byte[] {4, 5, 6}, 5000),
                KeyDerivation.key(ScramHash.SHA_512, "p", new byte[] {7, 8, 9}, 4096));
    }

    private static boolean matches(KeyDerivation derivation, ScramKey key, String password) throws Exception {
        return derivation.matches(key, password).toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
