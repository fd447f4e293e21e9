package org.trestle.cluster.sim;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogException;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/**
 * A small Raft without disks or threads: terms, elections with a vote before the vote, replication, snapshots, members one
 * at a time. It lives on the transport and the timers that it is given, so what a test does to these happens to it. What a
 * node would have on disk is kept here by directory and outlives its process.
 *
 * <p>Everything about one log must come from one thread, and so must the calls of its transport and timers.
 */
public final class MemoryEngine implements LogEngine {
    private final Map<Path, MemoryDisk> disks = new HashMap<>();
    private final Random random;
    private int compactAfter = 64;
    private long processes;

    public MemoryEngine(long seed) {
        random = new Random(seed);
    }

    /** How many entries a node collects before it makes a snapshot of them. */
    public void compactAfter(int entries) {
        compactAfter = entries;
    }

    /** The directory's disk is gone, as when the operator drops it. */
    public void wipe(Path directory) {
        disks.remove(directory);
    }

    @Override
    public CompletionStage<ReplicatedLog> open(
            NodeId self,
            Path directory,
            Start start,
            PeerTransport transport,
            StateMachine machine,
            LogTuning tuning,
            Timers timers) {
        MemoryDisk disk = disks.get(directory);
        if (disk == null) {
            if (start == Start.RESUME) {
                return CompletableFuture.failedFuture(new LogException("there is no log in " + directory));
            }
            disk = new MemoryDisk();
            disks.put(directory, disk);
        }
        MemoryLog log = new MemoryLog(
                new MemoryLog.Setting(self, disk, transport, machine, tuning, timers, compactAfter),
                new Random(random.nextLong()),
                processes++);
        log.start(start);
        return CompletableFuture.completedFuture(log);
    }
}
