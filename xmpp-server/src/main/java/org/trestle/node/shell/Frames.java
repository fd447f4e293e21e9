package org.trestle.node.shell;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The frames of the console's socket: one byte that says what it is, four bytes of length, then the content. The client
 * sends {@link #COMMAND} and then answers what the node asks; the node ends with {@link #EXIT}. Used by both sides, and so
 * written without anything that makes a short program start slowly.
 */
final class Frames {
    /** The most bytes of one frame, and so of one file. */
    static final int LIMIT = 16 << 20;

    /** Node to client: text to show; the exit code, one byte. */
    static final byte OUT = 'o';

    static final byte ERR = 'e';
    static final byte EXIT = 'x';

    /** Node to client: a file to read (its name), one to write (name and content), a hidden line to ask for (prompt). */
    static final byte READ = 'r';

    static final byte WRITE = 'w';
    static final byte ASK = 'a';

    /** Client to node: the command; what was asked for; why it cannot be had. */
    static final byte COMMAND = 'C';

    static final byte ANSWER = 'A';
    static final byte REFUSAL = 'R';

    private static final int HEADER = 5;

    private Frames() {}

    static void send(SocketChannel channel, byte type, byte[] content) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER + content.length);
        frame.put(type).putInt(content.length).put(content).flip();
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }

    static void send(SocketChannel channel, byte type, String text) throws IOException {
        send(channel, type, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next frame, its type first; fails with {@link EOFException} when the other side is gone. */
    static ByteBuffer receive(SocketChannel channel) throws IOException {
        ByteBuffer header = read(channel, ByteBuffer.allocate(HEADER));
        byte type = header.get();
        int length = header.getInt();
        if (length < 0 || length > LIMIT) {
            throw new IOException("a frame of ".concat(Integer.toString(length)).concat(" bytes"));
        }
        ByteBuffer frame = ByteBuffer.allocate(length + 1);
        return read(channel, frame.put(type));
    }

    private static ByteBuffer read(SocketChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("the other side has gone");
            }
        }
        return into.flip();
    }

    static byte[] bytes(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    static String text(ByteBuffer frame) {
        return new String(bytes(frame), StandardCharsets.UTF_8);
    }

    /** Several parts in one frame. */
    static byte[] join(byte[]... parts) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(joined);
        out.writeInt(parts.length);
        for (byte[] part : parts) {
            out.writeInt(part.length);
            out.write(part);
        }
        return joined.toByteArray();
    }

    static byte[][] split(byte[] joined) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(joined));
        int count = in.readInt();
        if (count < 0 || count > joined.length / 4) {
            throw new IOException("a frame of ".concat(Integer.toString(count)).concat(" parts"));
        }
        byte[][] parts = new byte[count][];
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("a frame that ends early");
            }
            parts[i] = in.readNBytes(length);
        }
        return parts;
    }
}
