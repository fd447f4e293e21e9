package org.trestle.cluster.log;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerTransport;

/** Opens logs: the one type that an engine shows. */
public interface LogEngine {

    /** How a log starts. */
    enum Start {
        /** A new log with this node as its only member; with a log in the directory: the same as {@link #RESUME}. */
        BOOTSTRAP,
        /** An empty log that waits for {@link ReplicatedLog#join}; with a log in the directory: the same as RESUME. */
        JOIN,
        /** The log in the directory, which must be there. */
        RESUME
    }

    /** Completes when the log runs; fails with a {@link LogException} when the directory is damaged or cannot be used. */
    CompletionStage<ReplicatedLog> open(
            NodeId self,
            Path directory,
            Start start,
            PeerTransport transport,
            StateMachine machine,
            LogTuning tuning,
            Timers timers);
}
