package org.trestle.cluster.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the machine answers to a command.
 *
 * @param index the log index of the entry
 * @param detail the conflicting row, the holder of the address, or why the command was rejected; may be empty
 */
record Reply(Status status, long index, String detail) {

    /** Each with its code, which never changes. */
    enum Status {
        APPLIED(0),
        /** There was nothing to do: the session does not own the Jid any more, or that epoch of the node is over. */
        NOTHING(1),
        /** A row was not as expected. */
        CONFLICT(2),
        /** The node that claims was declared lost, or started anew, since. */
        DEPOSED(3),
        /** Another member that is up has this cluster address. */
        ADDRESS_TAKEN(4),
        /** The node was removed. */
        REMOVED(5),
        /** Not a command, or beyond the limits. */
        REJECTED(6);

        private final int code;

        Status(int code) {
            this.code = code;
        }

        private static @Nullable Status of(int code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            return null;
        }
    }

    static Reply of(Status status, long index) {
        return new Reply(status, index, "");
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(status.code);
            Wire.number(out, index);
            out.write(detail.getBytes(StandardCharsets.UTF_8));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Reply decode(byte[] reply) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(reply));
            int code = in.readUnsignedByte();
            long index = Wire.number(in, Long.MAX_VALUE);
            String detail = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Status status = Status.of(code);
            return status == null
                    ? new Reply(Status.REJECTED, index, "unknown answer " + code)
                    : new Reply(status, index, detail);
        } catch (IOException notAReply) {
            return new Reply(Status.REJECTED, 0, "not an answer: " + notAReply.getMessage());
        }
    }
}
