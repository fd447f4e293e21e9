package org.trestle.cluster.membership;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Our own encoding of small messages and rows: a version byte, then fields in order. Reads nothing but plain values. */
final class Packer {
    private static final int VERSION = 1;
    private static final int MAX_BYTES = 1 << 20;

    /** Writes the fields. */
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads the fields in the order in which they were written. */
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    private Packer() {}

    static byte[] pack(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            writer.write(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** Throws {@link IllegalArgumentException} when the bytes are not of that shape. */
    static <T> T unpack(byte[] bytes, Reader<T> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "encoded by version " + version + ", and this is version " + VERSION);
            }
            return reader.read(in);
        } catch (IOException broken) {
            throw new IllegalArgumentException("not a message of this version", broken);
        }
    }

    static void bytes(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("a field of " + length + " bytes");
        }
        byte[] value = in.readNBytes(length);
        if (value.length < length) {
            throw new IOException("cut off");
        }
        return value;
    }
}
