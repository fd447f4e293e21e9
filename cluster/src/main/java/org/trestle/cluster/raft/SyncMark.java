package org.trestle.cluster.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * How far the log is known to be on disk, kept beside it. It tells an entry that was never acknowledged, and may be cut
 * off when it is torn, from one that was acknowledged and must be there. It is written without waiting for the disk:
 * after a loss of power it may say less than the truth, never more.
 */
final class SyncMark implements AutoCloseable {
    static final String FILE = "synced";
    private static final int BYTES = 8 + 4;

    private final FileChannel file;
    private final ByteBuffer buffer = ByteBuffer.allocate(BYTES);
    private long mark;

    SyncMark(Path directory) throws IOException {
        mark = read(directory);
        file = FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** The mark in {@code directory}; 0 when there is none that can be read. */
    static long read(Path directory) throws IOException {
        Path path = directory.resolve(FILE);
        byte[] bytes = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
        if (bytes.length < BYTES) {
            return 0;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long mark = in.getLong();
        return in.getInt() == Replica.checksum(Arrays.copyOf(bytes, 8)) ? mark : 0;
    }

    long mark() {
        return mark;
    }

    void set(long index) throws IOException {
        if (index != mark) {
            mark = index;
            buffer.clear();
            buffer.putLong(index);
            buffer.putInt(Replica.checksum(Arrays.copyOf(buffer.array(), 8))).flip();
            file.write(buffer, 0);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
