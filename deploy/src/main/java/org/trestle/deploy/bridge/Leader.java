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
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node that says of itself that it leads. Asked over the console's socket, as {@code xmpp cluster status --json} asks,
 * without the cost of a program for each question.
 *
 * @param directory the node's data directory
 */
record Leader(Path directory, String node, long term) {
    private static final List<String> QUESTION = List.of("xmpp", "/", "cluster", "status", "--json");
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"LEADER\"");
    private static final Pattern TERM = Pattern.compile("\"term\"\\s*:\\s*(\\d+)");
    private static final int LIMIT = 1 << 20;

    /** The leader in that data directory, or null when the node there does not lead, or does not run. */
    static @Nullable Leader ask(Path directory) {
        String answer;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(directory.resolve("admin.sock")));
            answer = converse(channel);
        } catch (IOException notThere) {
            return null;
        }
        Matcher term = TERM.matcher(answer);
        if (!STATE.matcher(answer).find() || !term.find()) {
            return null;
        }
        return new Leader(directory, String.valueOf(directory.getFileName()), Long.parseLong(term.group(1)));
    }

    private static String converse(SocketChannel channel) throws IOException {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        DataOutputStream parts = new DataOutputStream(words);
        parts.writeInt(QUESTION.size());
        for (String word : QUESTION) {
            byte[] part = word.getBytes(StandardCharsets.UTF_8);
            parts.writeInt(part.length);
            parts.write(part);
        }
        DataOutputStream out = new DataOutputStream(Channels.newOutputStream(channel));
        out.writeByte('C');
        out.writeInt(words.size());
        words.writeTo(out);
        out.flush();
        DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
        StringBuilder answer = new StringBuilder();
        while (true) {
            int type = in.readByte();
            int length = in.readInt();
            if (length < 0 || length > LIMIT) {
                throw new IOException("not the console: a frame of " + length + " bytes");
            }
            byte[] content = in.readNBytes(length);
            if (type == 'x') {
                return answer.toString();
            }
            answer.append(new String(content, StandardCharsets.UTF_8));
        }
    }
}
