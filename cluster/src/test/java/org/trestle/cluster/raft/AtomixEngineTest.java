package org.trestle.cluster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.trestle.cluster.log.EngineConformance;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.ReplicatedLog;

/** The Atomix engine keeps the rules of every engine. */
final class AtomixEngineTest extends EngineConformance {

    @Override
    protected LogEngine engine() {
        return new AtomixEngine(new AtomixEngine.Options(
                1 << 20,
                600 << 10,
                Duration.ofSeconds(30),
                why -> {
                    throw new AssertionError("halted: " + why);
                },
                null));
    }

    @Override
    protected CompletableFuture<Void> compact(ReplicatedLog log) {
        AtomixLog atomix = (AtomixLog) log;
        return atomix.compact().thenRun(() -> {
            assertFalse(Files.exists(atomix.directory().resolve("raft-1.log")), "the log was not compacted");
            String[] snapshots = atomix.directory().toFile().list((parent, name) -> name.endsWith(".snapshot"));
            assertEquals(1, snapshots == null ? 0 : snapshots.length);
        });
    }
}
