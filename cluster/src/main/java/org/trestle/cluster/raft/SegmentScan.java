package org.trestle.cluster.raft;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.utils.serializer.Serializer;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.log.LogException;

/** Reads one file of the log as Atomix wrote it, to the first byte that is not an intact record. */
final class SegmentScan {
    static final int HEADER = 64;
    private static final int VERSION = 1;
    private static final int RECORD_HEADER = 4 + 4;
    private static final Serializer ENTRIES = Serializer.using(RaftNamespaces.RAFT_STORAGE);

    final Path file;
    final long first;
    /** The place behind the last intact record, and whether anything but zeros is there. */
    final int end;

    final boolean clean;
    /** The first place behind {@link #end} at which there is an intact record after all; -1 when there is none. */
    final int resumesAt;

    final long last;
    final long lastTerm;
    final @Nullable Configuration configuration;

    private SegmentScan(Path file, long first, Reading reading, byte[] bytes) {
        this.file = file;
        this.first = first;
        this.end = reading.position;
        this.last = reading.index - 1;
        this.lastTerm = reading.term;
        this.configuration = reading.configuration;
        this.clean = isZero(bytes, end);
        this.resumesAt = clean ? -1 : next(bytes, end);
    }

    /** True for a file that was made but never got as far as its header: nothing in it was ever acknowledged. */
    static boolean unborn(Path file) throws IOException {
        return isZero(Files.readAllBytes(file), 0);
    }

    static SegmentScan of(Path file, int entryBytes) throws LogException, IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER) {
            throw new LogException(
                    file + " is truncated: " + bytes.length + " bytes are fewer than its header." + DiskCheck.ADVICE);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int version = in.getInt();
        long id = in.getLong();
        long first = in.getLong();
        int size = in.getInt();
        if (version != VERSION
                || first < 1
                || !file.getFileName().toString().equals(LogDirectory.PREFIX + "-" + id + ".log")) {
            throw new LogException(file + " is damaged at position 0: its header cannot be read." + DiskCheck.ADVICE);
        }
        if (bytes.length < size) {
            throw new LogException(
                    file + " is truncated: " + bytes.length + " of " + size + " bytes are there." + DiskCheck.ADVICE);
        }
        Reading reading = new Reading(first);
        reading.run(bytes, entryBytes);
        return new SegmentScan(file, first, reading, bytes);
    }

    private static final class Reading {
        int position = HEADER;
        long index;
        long term;

        @Nullable
        Configuration configuration;

        Reading(long first) {
            index = first;
        }

        void run(byte[] bytes, int entryBytes) {
            int length;
            while ((length = intact(bytes, position, entryBytes)) > 0) {
                int body = position + RECORD_HEADER;
                Object entry = ENTRIES.decode(Arrays.copyOfRange(bytes, body, body + length));
                if (entry instanceof RaftLogEntry known) {
                    term = known.term();
                }
                if (entry instanceof ConfigurationEntry change) {
                    configuration = new Configuration(index, change.term(), change.timestamp(), change.members());
                }
                index++;
                position = body + length;
            }
        }
    }

    /** The length of the record at {@code position}; 0 when there is none, or it is damaged. */
    private static int intact(byte[] bytes, int position, int entryBytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes).position(position);
            int length = in.getInt();
            int checksum = in.getInt();
            if (length <= 0 || length > entryBytes || length > in.remaining()) {
                return 0;
            }
            CRC32 crc = new CRC32();
            crc.update(bytes, in.position(), length);
            return (int) crc.getValue() == checksum ? length : 0;
        } catch (BufferUnderflowException end) {
            return 0;
        }
    }

    /** Where the record after a damaged one is intact, when the damaged one's length is. */
    private static int next(byte[] bytes, int position) {
        if (position + RECORD_HEADER > bytes.length) {
            return -1;
        }
        int length = ByteBuffer.wrap(bytes).getInt(position);
        if (length <= 0 || length > bytes.length - position - RECORD_HEADER) {
            return -1;
        }
        int following = position + RECORD_HEADER + length;
        return following + RECORD_HEADER <= bytes.length && intact(bytes, following, bytes.length) > 0 ? following : -1;
    }

    private static boolean isZero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
