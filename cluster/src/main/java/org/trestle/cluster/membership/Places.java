package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.NodeIdentity;

/**
 * The directories of a node's lives: the present one, the one being prepared, and the one that is being given up. Each
 * exchange is two renames, and what a crash between them left is told by which of the three exist.
 */
public final class Places {
    private static final String FOUNDER = "founder.pem";

    /** The present life: identity, log, members. */
    public final Path present;

    /** A life in preparation. */
    public final Path next;

    /** The life before a join, kept until the join is finished. */
    public final Path former;

    /** The life in a cluster that this node left. */
    public final Path left;

    public Places(Path data) {
        present = data.resolve("cluster");
        next = data.resolve("cluster.new");
        former = data.resolve("cluster.old");
        left = data.resolve("cluster.left");
    }

    /** Makes the identity of a stand-alone node with an authority of its own; a complete one stays. */
    public static void found(Path directory, Instant now, SecureRandom random) throws IOException {
        if (NodeIdentity.present(directory)) {
            return;
        }
        ClusterCa ca = ClusterCa.create(now);
        Files.createDirectories(directory);
        Durable.write(directory.resolve(FOUNDER), ca.encode());
        NodeIdentity.create(NodeId.random(random), ca, now).save(directory);
    }

    /**
     * Whether the present life was founded here and its authority is not known to be in the log yet: only then may a
     * missing log be a new one.
     */
    public boolean founding() {
        return Files.exists(present.resolve(FOUNDER));
    }

    /** The authority that {@link #found} made. */
    public byte[] founder() throws IOException {
        return Files.readAllBytes(present.resolve(FOUNDER));
    }

    /** The authority is in the log now. */
    public void founded() throws IOException {
        if (founding()) {
            Durable.delete(present.resolve(FOUNDER));
        }
    }

    /** {@link #present} becomes {@code aside}, {@link #next} becomes present; goes on where an earlier call stopped. */
    void swap(Path aside, CrashPoint crashes) throws IOException {
        if (Files.exists(present) && Files.exists(next)) {
            Durable.rename(present, aside);
        }
        crashes.before("second rename");
        if (!Files.exists(present)) {
            Durable.rename(next, present);
        }
    }

    /** Undoes {@link #swap}, however far it came; {@link #next} is there again. */
    void unswap(Path aside, CrashPoint crashes) throws IOException {
        if (!Files.exists(aside)) {
            return;
        }
        if (Files.exists(present)) {
            Durable.deleteTree(next);
            Durable.rename(present, next);
        }
        crashes.before("second rename back");
        Durable.rename(aside, present);
    }
}
