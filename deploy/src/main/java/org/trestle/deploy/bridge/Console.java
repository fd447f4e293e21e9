package org.trestle.deploy.bridge;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Types console commands over a node's socket, as the programs do, without the cost of a program for each. */
final class Console {
    private static final int LIMIT = 16 << 20;

    private Console() {}

    /** What a command said, and whether it ended with 0. */
    record Answer(boolean success, String text) {}

    /** Fails when no node answers in that data directory. */
    static Answer ask(Path directory, String... words) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("admin.sock")));
            send(channel, words);
            return receive(channel);
        }
    }

    private static void send(SocketChannel channel, String... words) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        DataOutputStream parts = new DataOutputStream(frame);
        parts.writeInt(words.length + 2);
        part(parts, "xmpp");
        part(parts, "/");
        for (String word : words) {
            part(parts, word);
        }
        DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
        out.writeByte('C');
        out.writeInt(frame.size());
        frame.writeTo(out);
        out.flush();
    }

    private static void part(DataOutputStream parts, String word) throws IOException {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        parts.writeInt(bytes.length);
        parts.write(bytes);
    }

    private static Answer receive(SocketChannel channel) throws IOException {
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        StringBuilder text = new StringBuilder();
        while (true) {
            int type = in.readByte();
            int length = in.readInt();
            if (length < 0 || length > LIMIT) {
                throw new IOException("not the console: a frame of " + length + " bytes");
            }
            byte[] content = in.readNBytes(length);
            if (type == 'x') {
                return new Answer(content.length == 1 && content[0] == 0, text.toString());
            }
            text.append(new String(content, StandardCharsets.UTF_8));
        }
    }
}
