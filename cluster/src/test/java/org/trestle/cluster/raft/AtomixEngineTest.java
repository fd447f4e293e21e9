package org.trestle.cluster.raft;

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
                why -> {
                    throw new AssertionError("halted: " + why);
                },
                null));
    }

    @Override
    protected CompletableFuture<Void> compact(ReplicatedLog log) {
        return ((AtomixLog) log).compact();
    }
}
