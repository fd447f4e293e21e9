package org.trestle.cluster.raft;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.trestle.cluster.log.LogException;

/** Reads a snapshot file as Atomix wrote it, as far as our own part with the checksum. */
final class SnapshotScan {
    private static final int HEADER = 64;
    private static final int LOCKED_AT = 20;
    private static final int SESSION_LONGS = 7;

    final long index;
    /** False for one that was never finished; Atomix deletes it. */
    final boolean complete;

    private SnapshotScan(long index, boolean complete) {
        this.index = index;
        this.complete = complete;
    }

    static SnapshotScan of(Path file) throws LogException, IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < HEADER || bytes[LOCKED_AT] == 0) {
            return new SnapshotScan(0, false);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long index = in.getLong(0);
        String name = LogDirectory.PREFIX + "-" + index + ".snapshot";
        if (!file.getFileName().toString().equals(name)) {
            throw damaged(file, 0, "its header says that it is " + name);
        }
        in.position(HEADER);
        try {
            int content = in.getInt();
            if (content < 0 || content > in.remaining()) {
                throw damaged(file, HEADER, in.remaining() + " of " + content + " bytes are there");
            }
            in.limit(in.position() + content);
            if (in.hasRemaining()) {
                service(file, in);
            }
        } catch (BufferUnderflowException | IllegalArgumentException failure) {
            throw damaged(file, in.position(), "it ends too early");
        }
        return new SnapshotScan(index, true);
    }

    private static void service(Path file, ByteBuffer in) throws LogException {
        int length = in.getInt();
        if (length != in.remaining()) {
            throw damaged(file, in.position(), "a part of " + length + " bytes where " + in.remaining() + " are left");
        }
        names(file, in);
        skip(in, in.getInt()); // the machine's configuration
        names(file, in);
        skip(in, 8 + 8);
        for (int sessions = in.getInt(); sessions > 0; sessions--) {
            skip(in, 8);
            string(in);
            string(in);
            skip(in, SESSION_LONGS * 8);
        }
        int ours = in.position();
        byte[] header = new byte[Replica.HEADER];
        in.get(header);
        byte[] body = new byte[in.remaining()];
        in.get(body);
        if (!Replica.intact(header, body)) {
            throw damaged(file, ours, "the checksum is wrong");
        }
    }

    private static void names(Path file, ByteBuffer in) throws LogException {
        skip(in, 8);
        int at = in.position();
        if (!string(in).equals(MachineType.NAME) || !string(in).equals(MachineType.SERVICE)) {
            throw damaged(file, at, "it is of another machine");
        }
    }

    private static void skip(ByteBuffer in, int bytes) {
        in.position(Math.addExact(in.position(), bytes));
    }

    private static String string(ByteBuffer in) {
        if (in.get() == 0) {
            return "";
        }
        byte[] bytes = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static LogException damaged(Path file, int position, String how) {
        return new LogException(file + " is damaged at position " + position + ": " + how + "." + DiskCheck.ADVICE);
    }

    static boolean isSnapshot(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(LogDirectory.PREFIX + "-") && name.endsWith(".snapshot");
    }
}
