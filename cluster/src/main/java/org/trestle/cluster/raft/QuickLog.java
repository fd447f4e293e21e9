package org.trestle.cluster.raft;

import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.JournalReader;
import io.atomix.storage.journal.JournalSegment;
import io.atomix.storage.journal.SegmentedJournal;
import io.atomix.storage.journal.SegmentedJournalReader;
import java.lang.reflect.Field;

/**
 * Atomix's log, with readers that open where they are wanted. Atomix reads a whole file of entries one by one to come to
 * its end, for each member, while a new leader takes office and everybody waits: half a second for a mebibyte.
 */
final class QuickLog extends RaftLog {
    private final SegmentedJournal<RaftLogEntry> journal;
    private final Field current;

    QuickLog(SegmentedJournal<RaftLogEntry> journal) throws ReflectiveOperationException {
        super(journal, true);
        this.journal = journal;
        current = SegmentedJournalReader.class.getDeclaredField("currentReader");
        current.setAccessible(true);
    }

    @Override
    public RaftLogReader openReader(long index, JournalReader.Mode mode) {
        long start = 0;
        for (JournalSegment<RaftLogEntry> segment : journal.segments()) {
            start = segment.index() < index ? Math.max(start, segment.index()) : start;
        }
        if (start == 0 || index > journal.writer().getNextIndex()) {
            return super.openReader(index, mode);
        }
        SegmentedJournalReader<RaftLogEntry> reader = journal.openReader(start);
        try {
            ((JournalReader<?>) current.get(reader)).reset(index); // by its index of positions
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
        return new RaftLogReader(reader, this, mode);
    }
}
