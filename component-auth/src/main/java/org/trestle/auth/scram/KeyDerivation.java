package org.trestle.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Turns passwords into keys (PBKDF2) on threads of its own, because that takes a millisecond or more. The queue is bounded:
 * when it is full the stage fails with {@link RejectedExecutionException} and {@link #refused()} counts one more.
 */
public final class KeyDerivation implements AutoCloseable {

    /** Iterations for new passwords. */
    public static final int ITERATIONS = 4096;

    /** Derivations that wait when nothing else is said. */
    public static final int QUEUE = 1024;

    static final int SALT_OCTETS = 16;

    private static final byte[] CLIENT_KEY = "Client Key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER_KEY = "Server Key".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random;
    private final ThreadPoolExecutor executor;
    private final LongAdder refused = new LongAdder();

    public KeyDerivation(SecureRandom random, int threads, int queue) {
        this.random = random;
        AtomicInteger count = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
                    Thread thread = new Thread(task, "trestle-pbkdf2-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** As many threads as the machine has processors, and the default queue. */
    public static KeyDerivation standard(SecureRandom random) {
        return new KeyDerivation(random, Runtime.getRuntime().availableProcessors(), QUEUE);
    }

    /** Keys with fresh salts for a password that is prepared already. */
    public CompletionStage<ScramKeys> keys(String password) {
        return submit(() -> derive(password));
    }

    /** Whether the password is the one the key was made from; compares in constant time. */
    public CompletionStage<Boolean> matches(ScramKey key, String password) {
        return submit(() -> matchesNow(key, password));
    }

    /** How many derivations the full queue has turned away. */
    public long refused() {
        return refused.sum();
    }

    /** As {@link #keys}, on the calling thread, which must not be an event loop. */
    public ScramKeys derive(String password) {
        return new ScramKeys(
                key(ScramHash.SHA_1, password, salt(), ITERATIONS),
                key(ScramHash.SHA_256, password, salt(), ITERATIONS),
                key(ScramHash.SHA_512, password, salt(), ITERATIONS));
    }

    /** One key with a fresh salt, for a password that is prepared already. */
    public CompletionStage<ScramKey> key(ScramHash hash, String password) {
        return submit(() -> key(hash, password, salt(), ITERATIONS));
    }

    /** As {@link #matches}, on the calling thread, which must not be an event loop. */
    public static boolean matchesNow(ScramKey key, String password) {
        byte[] storedKey =
                key(key.hash(), password, key.salt(), key.iterations()).storedKey();
        return MessageDigest.isEqual(storedKey, key.storedKey());
    }

    /** RFC 5802 section 3, on the calling thread. */
    static ScramKey key(ScramHash hash, String password, byte[] salt, int iterations) {
        byte[] salted = saltedPassword(hash, password, salt, iterations);
        byte[] storedKey = hash.hash(hash.hmac(salted, CLIENT_KEY));
        return new ScramKey(hash, salt, iterations, storedKey, hash.hmac(salted, SERVER_KEY));
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private <T> CompletionStage<T> submit(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException full) {
            refused.increment();
            return CompletableFuture.failedFuture(full);
        }
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return salt;
    }

    private static byte[] saltedPassword(ScramHash hash, String password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, hash.octets() * 8);
        try {
            return SecretKeyFactory.getInstance(hash.derivation())
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this Java runtime lacks " + hash.derivation(), missing);
        } finally {
            spec.clearPassword();
        }
    }
}
