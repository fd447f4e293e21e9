package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.concurrent.ThreadModel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.log.LogException;

/** Opens Atomix on a directory that has been checked: plain files, flushed when they commit. */
final class RaftOpening {
    private static final Logger LOG = LoggerFactory.getLogger(RaftOpening.class);

    private RaftOpening() {}

    static RaftContext context(
            AtomixLog.Setting setting, MemberId self, Peers peers, RaftServerProtocol net, MachineType type)
            throws LogException {
        Path path = setting.directory().path();
        AtomixEngine.Options options = setting.options();
        try {
            RaftStorage storage = RaftStorage.builder()
                    .withPrefix(LogDirectory.PREFIX)
                    .withDirectory(path.toFile())
                    .withStorageLevel(StorageLevel.DISK)
                    .withNamespace(RaftNamespaces.RAFT_STORAGE)
                    .withMaxSegmentSize(options.segmentBytes())
                    .withMaxEntrySize(options.entryBytes())
                    .withFlushOnCommit(true)
                    .withDynamicCompaction(false)
                    .withFreeDiskBuffer(0.001)
                    .build();
            RaftContext context = new RaftContext(
                    self.id(),
                    self,
                    peers,
                    net,
                    storage,
                    type,
                    ThreadModel.SHARED_THREAD_POOL.factory("raft-sessions-" + self.id() + "-%d", 1, LOG),
                    true);
            context.setElectionTimeout(setting.tuning().election());
            context.setHeartbeatInterval(setting.tuning().heartbeat());
            context.setSessionTimeout(options.session());
            return context;
        } catch (RuntimeException failure) {
            throw new LogException("the log in " + path + " cannot be opened: " + failure, failure);
        }
    }
}
