package org.trestle.cluster.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogException;
import org.trestle.cluster.log.LogTuning;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/**
 * The replicated log on Atomix Raft 3.1: entries and votes are on disk before they are acknowledged, records and
 * snapshots carry checksums, and old entries are replaced by snapshots every ten seconds or so.
 */
public final class AtomixEngine implements LogEngine {
    private final Options options;

    /** For nodes. */
    public AtomixEngine() {
        this(new Options(8 << 20, 640 << 10, Duration.ofSeconds(30), Halt.PROCESS, null));
    }

    AtomixEngine(Options options) {
        this.options = options;
    }

    /**
     * What tests change.
     *
     * @param segmentBytes size of one file of the log
     * @param entryBytes the greatest size of one entry
     * @param session how long a node that is cut off keeps its Raft session
     * @param halt stops the process
     * @param usableSpace bytes that may still be written; null asks the file system
     */
    record Options(
            int segmentBytes,
            int entryBytes,
            Duration session,
            Halt halt,
            @Nullable LongSupplier usableSpace) {}

    @Override
    public CompletionStage<ReplicatedLog> open(
            NodeId self,
            Path directory,
            Start start,
            PeerTransport transport,
            StateMachine machine,
            LogTuning tuning,
            Timers timers) {
        try {
            LogDirectory opened = LogDirectory.open(directory, self, start, options.entryBytes());
            AtomixLog log =
                    new AtomixLog(new AtomixLog.Setting(self, opened, transport, machine, tuning, timers, options));
            return log.start(start).thenApply(done -> log);
        } catch (LogException unusable) {
            return CompletableFuture.failedFuture(unusable);
        }
    }
}
