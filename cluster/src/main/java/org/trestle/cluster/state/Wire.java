package org.trestle.cluster.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/** The encodings that commands and snapshots share. Reading checks every bound before it takes memory. */
final class Wire {

    /** What was read cannot have been written by this code. */
    static final class MalformedException extends IOException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private Wire() {}

    /** Seven bits a byte, the lowest first. */
    static void number(DataOutput out, long value) throws IOException {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    static long number(DataInput in, long limit) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int read = in.readUnsignedByte();
            value |= (long) (read & 0x7F) << shift;
            if (read < 0x80) {
                if (value > limit) {
                    throw new MalformedException(value + " is more than " + limit);
                }
                return value;
            }
        }
        throw new MalformedException("a number of more than 63 bits");
    }

    static int count(DataInput in, int limit) throws IOException {
        return (int) number(in, limit);
    }

    static void bytes(DataOutput out, byte[] value) throws IOException {
        number(out, value.length);
        out.write(value);
    }

    static byte[] bytes(DataInput in, int limit) throws IOException {
        byte[] value = new byte[count(in, limit)];
        in.readFully(value);
        return value;
    }

    static void text(DataOutput out, String value) throws IOException {
        bytes(out, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A text of at least one byte, in correct UTF-8. */
    static String text(DataInput in, int limit) throws IOException {
        byte[] read = bytes(in, limit);
        if (read.length == 0) {
            throw new MalformedException("an empty text");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString();
    }

    static void node(DataOutput out, NodeId node) throws IOException {
        out.writeLong(Long.parseUnsignedLong(node.value(), 16));
    }

    static NodeId node(DataInput in) throws IOException {
        return new NodeId(HexFormat.of().toHexDigits(in.readLong()));
    }

    static void address(DataOutput out, NodeAddress address) throws IOException {
        text(out, address.host());
        number(out, address.port());
    }

    static NodeAddress address(DataInput in) throws IOException {
        String host = text(in, 1024);
        return new NodeAddress(host, (int) number(in, 65535));
    }

    static void member(DataOutput out, MemberRecord member) throws IOException {
        node(out, member.id());
        text(out, member.name());
        address(out, member.cluster());
        address(out, member.client());
    }

    static MemberRecord member(DataInput in) throws IOException {
        return new MemberRecord(node(in), text(in, Limits.NAME_BYTES), address(in), address(in));
    }
}
