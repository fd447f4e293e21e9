package org.trestle.cluster.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogStatus.Member;

/** What a node of the engine in memory keeps over a restart. */
final class MemoryDisk {

    /** What an entry is for. */
    enum Kind {
        /** Begins a term. */
        BEGIN(0),
        COMMAND(1),
        /** The members from here on. */
        MEMBERS(2);

        final int code;

        Kind(int code) {
            this.code = code;
        }

        static Kind of(int code) {
            return code == BEGIN.code ? BEGIN : code == COMMAND.code ? COMMAND : MEMBERS;
        }
    }

    /** Names a command, so that it takes effect once however often it is sent. */
    record Request(NodeId origin, long process, long number) {}

    record Entry(long index, long term, Kind kind, Request request, byte[] command, List<Member> members) {}

    long term;

    @Nullable
    NodeId vote;

    long snapshotIndex;
    long snapshotTerm;
    byte[] snapshot = new byte[0];
    private final List<Entry> entries = new ArrayList<>();
    private long changes;

    long lastIndex() {
        return snapshotIndex + entries.size();
    }

    long lastTerm() {
        return termAt(lastIndex());
    }

    /** The term of an entry that is there, or of the snapshot's last one; -1 for any other. */
    long termAt(long index) {
        if (index == snapshotIndex) {
            return snapshotTerm;
        }
        return index > snapshotIndex && index <= lastIndex() ? entry(index).term() : -1;
    }

    Entry entry(long index) {
        return entries.get((int) (index - snapshotIndex - 1));
    }

    List<Entry> from(long index, int limit) {
        int first = (int) (index - snapshotIndex - 1);
        return List.copyOf(entries.subList(first, Math.min(entries.size(), first + limit)));
    }

    /** Grows with every change of the entries. */
    long changes() {
        return changes;
    }

    void append(Entry entry) {
        changes++;
        entries.add(entry);
    }

    void cutFrom(long index) {
        changes++;
        entries.subList((int) (index - snapshotIndex - 1), entries.size()).clear();
    }

    void snapshot(long index, long term, byte[] content) {
        changes++;
        if (index < lastIndex() && termAt(index) == term) {
            entries.subList(0, (int) (index - snapshotIndex)).clear();
        } else {
            entries.clear();
        }
        snapshotIndex = index;
        snapshotTerm = term;
        snapshot = content;
    }

    boolean isEmpty() {
        return lastIndex() == 0;
    }
}
