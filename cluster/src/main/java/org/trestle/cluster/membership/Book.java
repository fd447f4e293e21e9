package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/**
 * The members as this node last knew them, in a file beside the log: with it a node that starts finds the others before
 * it has heard anything from them.
 */
public final class Book {
    private static final String FILE = "members";
    private static final String FORMAT = "trestle-members 1";

    private Book() {}

    /** Replaces the file; one line a member. */
    public static void write(Path cluster, List<Hello.Member> members) throws IOException {
        StringBuilder text = new StringBuilder(FORMAT).append('\n');
        for (Hello.Member member : members) {
            text.append(member.id())
                    .append(' ')
                    .append(member.cluster())
                    .append(' ')
                    .append(member.client())
                    .append(' ')
                    .append(member.name())
                    .append('\n');
        }
        Durable.write(cluster.resolve(FILE), text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The members in the file, none when there is no file. */
    public static List<Hello.Member> read(Path cluster) throws IOException {
        Path file = cluster.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        String[] lines = Files.readString(file).split("\n", -1);
        if (!lines[0].equals(FORMAT)) {
            throw new IOException(file + " is not a list of members of this version");
        }
        List<Hello.Member> members = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            String[] words = lines[i].split(" ", 4);
            if (words.length == 4) {
                members.add(new Hello.Member(
                        new NodeId(words[0]),
                        words[3],
                        NodeAddress.parse(words[1], 1),
                        NodeAddress.parse(words[2], 1)));
            }
        }
        return members;
    }
}
