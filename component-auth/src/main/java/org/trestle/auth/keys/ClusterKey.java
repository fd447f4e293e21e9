package org.trestle.auth.keys;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * A random key that all nodes of one cluster share, and that is never shown. Whoever does not know it can neither compute
 * a fingerprint from a guessed secret nor tell a decoy from a real account's salt. Any thread.
 */
public final class ClusterKey {
    /** With a dot, because a node that joins a cluster may drop its own. */
    private static final String TABLE = ".auth";

    private static final String ROW = "key";
    private static final int OCTETS = 32;
    private static final String HMAC = "HmacSHA256";
    private static final byte[] SEPARATOR = {0};

    private final Tables tables;
    private final SecureRandom random;
    private final byte[] interim = new byte[OCTETS];
    private final AtomicBoolean making = new AtomicBoolean();

    public ClusterKey(Tables tables, SecureRandom random) {
        this.tables = tables;
        this.random = random;
        random.nextBytes(interim);
    }

    /** Completes when the cluster has its key; makes it when it has none. Two nodes that do so at once get the same. */
    public CompletionStage<Void> ensure() {
        if (tables.get(TABLE, ROW) != null) {
            return CompletableFuture.completedFuture(null);
        }
        byte[] fresh = new byte[OCTETS];
        random.nextBytes(fresh);
        Change change = Change.of().put(TABLE, ROW, fresh, Change.ABSENT).build();
        return tables.commit(change).thenAccept(outcome -> {});
    }

    /**
     * 32 octets that depend on the cluster's key, the purpose and the input. While the cluster has no key yet, a key of
     * this process stands in, and making the real one is begun.
     */
    public byte[] derive(String purpose, String input) {
        Row row = tables.get(TABLE, ROW);
        if (row == null) {
            begin();
            row = tables.get(TABLE, ROW);
        }
        return Hmac.of(
                HMAC,
                row == null ? interim : row.value(),
                purpose.getBytes(StandardCharsets.UTF_8),
                SEPARATOR,
                input.getBytes(StandardCharsets.UTF_8));
    }

    private void begin() {
        if (making.compareAndSet(false, true)) {
            ensure().whenComplete((done, failure) -> making.set(false));
        }
    }
}
