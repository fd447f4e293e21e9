package org.trestle.deploy;

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
import org.jspecify.annotations.Nullable;

/** Types commands as the console's programs do, without the cost of a program for each. */
final class AdminSocket {

    /** What a command said, both streams together. */
    record Answer(int exit, String text) {
        boolean succeeded() {
            return exit == 0;
        }
    }

    private AdminSocket() {}

    /** Null when no node answers there. */
    static @Nullable Answer ask(Path directory, String input, String... words) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("admin.sock")));
            return converse(channel, input, words);
        } catch (IOException nobody) {
            return null;
        }
    }

    private static Answer converse(SocketChannel channel, String input, String... words) throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        DataOutputStream parts = new DataOutputStream(command);
        parts.writeInt(words.length + 1);
        for (int i = 0; i <= words.length; i++) {
            byte[] part = (i == 1 ? "/" : words[i == 0 ? 0 : i - 1]).getBytes(StandardCharsets.UTF_8);
            parts.writeInt(part.length);
            parts.write(part);
        }
        DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
        send(out, 'C', command.toByteArray());
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        StringBuilder text = new StringBuilder();
        while (true) {
            int type = in.readByte();
            byte[] content = in.readNBytes(in.readInt());
            switch (type) {
                case 'o', 'e' -> text.append(new String(content, StandardCharsets.UTF_8));
                case 'r', 'a' -> send(out, 'A', input.getBytes(StandardCharsets.UTF_8));
                case 'x' -> {
                    return new Answer(content[0], text.toString());
                }
                default -> throw new IOException("a frame of type " + type);
            }
        }
    }

    private static void send(DataOutputStream out, char type, byte[] content) throws IOException {
        out.writeByte(type);
        out.writeInt(content.length);
        out.write(content);
        out.flush();
    }
}
