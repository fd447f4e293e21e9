package org.trestle.cluster.raft;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What one log entry of ours carries: commands of one node, numbered without gaps. A batch that is sent again is the
 * same batch to the byte, so that the numbers alone tell a repetition.
 *
 * @param node the node whose commands these are
 * @param epoch which run of that node; later runs have greater ones
 * @param first the number of the first command within the run, from 1
 * @param kind what the commands are
 * @param commands the commands, in order
 */
record Batch(long node, long epoch, long first, Kind kind, List<byte[]> commands) {
    static final byte VERSION = 1;
    private static final int HEADER = 1 + 1 + 8 + 8 + 8 + 4;

    /** What the commands of a batch mean. */
    enum Kind {
        /** Commands of the state machine. */
        COMMANDS(1),
        /** Nothing: the entry's place in the log is the purpose. */
        BARRIER(2),
        /** Node ids that may never join again. */
        RETIRE(3);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        private static Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("a batch of unknown kind " + code);
        }
    }

    Batch {
        commands = List.copyOf(commands);
    }

    long last() {
        return first + commands.size() - 1;
    }

    byte[] encode() {
        int size = HEADER;
        for (byte[] command : commands) {
            size += 4 + command.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size)
                .put(VERSION)
                .put(kind.code)
                .putLong(node)
                .putLong(epoch)
                .putLong(first)
                .putInt(commands.size());
        for (byte[] command : commands) {
            out.putInt(command.length).put(command);
        }
        return out.array();
    }

    static Batch decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("a batch of format " + version + "; this node reads format " + VERSION);
        }
        Kind kind = Kind.of(in.get());
        long node = in.getLong();
        long epoch = in.getLong();
        long first = in.getLong();
        return new Batch(node, epoch, first, kind, list(in));
    }

    /** Results, one for each command of a batch; same shape as the commands. */
    static byte[] encodeResults(List<byte[]> results) {
        int size = 4;
        for (byte[] result : results) {
            size += 4 + result.length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).putInt(results.size());
        for (byte[] result : results) {
            out.putInt(result.length).put(result);
        }
        return out.array();
    }

    static List<byte[]> decodeResults(byte[] bytes) {
        return list(ByteBuffer.wrap(bytes));
    }

    private static List<byte[]> list(ByteBuffer in) {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / 4) {
            throw new IllegalArgumentException("a batch that claims " + count + " commands");
        }
        List<byte[]> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] one = new byte[in.getInt()];
            in.get(one);
            list.add(one);
        }
        return list;
    }
}
