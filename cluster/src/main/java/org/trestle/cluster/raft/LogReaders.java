package org.trestle.cluster.raft;

import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.SegmentedJournal;
import io.atomix.storage.journal.SegmentedJournalReader;
import java.lang.reflect.Field;
import java.util.Collection;

/**
 * The readers that Atomix has open on its log, each with a megabyte or so read ahead. When the log is truncated, Atomix
 * resets only the readers that are past the cut: one before it keeps the old entries in its buffer and gives them to the
 * state machine in place of the new ones. And readers of members are replaced without being closed. On the Raft thread.
 */
final class LogReaders {
    private final RaftContext raft;
    private final Collection<SegmentedJournalReader<?>> readers;

    /** Atomix offers no way to its readers, so its fields are opened; a version without them fails here, at once. */
    @SuppressWarnings("unchecked") // the fields' own types
    LogReaders(RaftContext raft) {
        this.raft = raft;
        try {
            Object journal = field(RaftLog.class, "journal").get(raft.getLog());
            readers = (Collection<SegmentedJournalReader<?>>)
                    field(SegmentedJournal.class, "readers").get(journal);
            field(RaftContext.class, "raftLog").set(raft, new QuickLog((SegmentedJournal<RaftLogEntry>) journal));
        } catch (ReflectiveOperationException otherVersion) {
            throw new IllegalStateException("this version of Atomix is not the one that was checked", otherVersion);
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    int open() {
        return readers.size();
    }

    /** The log was truncated: every reader forgets what it has read ahead. */
    void refresh() {
        readers.forEach(reader -> reader.reset(reader.getNextIndex()));
    }

    /** This node does not lead: what it read for the others is not needed, and is opened again when it leads. */
    void closeMembers() {
        for (RaftMemberContext member : raft.getCluster().getRemoteMemberStates()) {
            RaftLogReader reader = member.getLogReader();
            if (reader != null) {
                reader.close();
            }
        }
    }
}
