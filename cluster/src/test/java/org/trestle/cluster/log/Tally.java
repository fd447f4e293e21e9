package org.trestle.cluster.log;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Remembers every command in order, as a running checksum and, as far as {@code kept} allows, word by word. Answers each
 * command with its place.
 */
public final class Tally implements StateMachine {
    private final Object lock = new Object();
    private final int kept;
    private final List<String> words = new ArrayList<>();
    private long count;
    private long chain;
    private long lastIndex;

    public Tally(int kept) {
        this.kept = kept;
    }

    public Tally() {
        this(Integer.MAX_VALUE);
    }

    @Override
    public byte[] apply(long index, byte[] command) {
        synchronized (lock) {
            if (index <= lastIndex) {
                throw new IllegalStateException("index " + index + " after " + lastIndex);
            }
            lastIndex = index;
            count++;
            chain = chained(chain, command);
            words.add(new String(command, StandardCharsets.UTF_8));
            if (words.size() > kept) {
                words.remove(0);
            }
            return ByteBuffer.allocate(8).putLong(count).array();
        }
    }

    private static long chained(long before, byte[] command) {
        CRC32C crc = new CRC32C();
        crc.update(command);
        return before * 31 + crc.getValue();
    }

    @Override
    public void snapshot(DataOutput out) throws IOException {
        synchronized (lock) {
            out.writeLong(count);
            out.writeLong(chain);
            out.writeLong(lastIndex);
            out.writeInt(words.size());
            for (String word : words) {
                out.writeUTF(word);
            }
        }
    }

    @Override
    public void restore(long index, DataInput in) throws IOException {
        synchronized (lock) {
            count = in.readLong();
            chain = in.readLong();
            lastIndex = in.readLong();
            words.clear();
            for (int left = in.readInt(); left > 0; left--) {
                words.add(in.readUTF());
            }
        }
    }

    public long count() {
        synchronized (lock) {
            return count;
        }
    }

    /** Equal for equal sequences of commands. */
    public long chain() {
        synchronized (lock) {
            return chain;
        }
    }

    public List<String> words() {
        synchronized (lock) {
            return List.copyOf(words);
        }
    }
}
