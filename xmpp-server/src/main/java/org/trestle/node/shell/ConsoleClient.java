package org.trestle.node.shell;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The programs xmpp, turn, pki and dns: finds the node's socket, sends what was typed, shows what comes back. Reads files
 * and secrets for the node. No lambdas and no string templates here: they would cost a third of the time of a command.
 */
public final class ConsoleClient {
    static final String DEFAULT_DIRECTORY = "/var/lib/trestle";
    private static final int LONGEST_SOCKET_NAME = 107;
    private static final String USAGE = """
            trestle run [--config FILE] [--node DIR]   runs a node until it is told to stop
            trestle turn --config FILE                 runs a TURN relay alone, without a node
            xmpp [--node DIR] COMMAND                  users, call bridges, domains, and the cluster (xmpp cluster ...)
            turn [--node DIR] COMMAND                  the TURN relay
            pki  [--node DIR] COMMAND                  keys and certificates
            dns  [--node DIR] COMMAND                  the resolver
            A node that runs lists its commands: xmpp --node DIR help
            DIR is the node's data directory; default: $TRESTLE_NODE, then /var/lib/trestle
            """;

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final OutputStream err = new FileOutputStream(FileDescriptor.err);
    private final String program;

    private ConsoleClient(String program) {
        this.program = program;
    }

    /** {@code arguments}: the program's name, then what was typed after it. */
    public static void main(String[] arguments) throws IOException {
        String program = arguments.length == 0 ? "trestle" : arguments[0];
        ConsoleClient client = new ConsoleClient(program);
        List<String> rest =
                new ArrayList<>(Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length));
        int exit = client.run(rest);
        // halt, not exit: nothing is left to be done, and the time of a shutdown is saved.
        Runtime.getRuntime().halt(exit);
    }

    private int run(List<String> typed) throws IOException {
        String directory = System.getenv("TRESTLE_NODE");
        if (directory == null || directory.isEmpty()) {
            directory = DEFAULT_DIRECTORY;
        }
        for (int i = 0; i < typed.size(); i++) {
            String word = typed.get(i);
            if (word.equals("--")) {
                break;
            }
            if (word.startsWith("--node=")) {
                directory = word.substring("--node=".length());
                typed.remove(i--);
            } else if (word.equals("--node")) {
                if (i + 1 == typed.size()) {
                    return fail("--node wants the data directory of a node after it");
                }
                directory = typed.get(i + 1);
                typed.remove(i + 1);
                typed.remove(i--);
            }
        }
        return run(Path.of(directory).toAbsolutePath().normalize(), typed);
    }

    private int run(Path directory, List<String> typed) throws IOException {
        Path socket = directory.resolve("admin.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_NAME) {
            return fail("the name of the data directory is too long for a socket: ".concat(directory.toString()));
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException refused) {
                return asksForHelp(typed) ? help(absent(directory, socket)) : fail(absent(directory, socket));
            }
            return converse(channel, typed);
        } catch (IOException gone) {
            return fail("the node in "
                    .concat(directory.toString())
                    .concat(" ended the conversation: it stopped, or it was killed. Its log says why."));
        }
    }

    private boolean asksForHelp(List<String> typed) {
        if (typed.isEmpty()) {
            return program.equals("trestle");
        }
        String first = typed.get(0);
        return first.equals("help") || first.equals("--help") || first.equals("-h");
    }

    /** What can be said without a node: which programs there are; a node lists its commands itself. */
    private int help(String why) throws IOException {
        out.write(USAGE.getBytes(StandardCharsets.UTF_8));
        out.write(program.concat(": ").concat(why).concat("\n").getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static String absent(Path directory, Path socket) {
        if (!Files.isDirectory(directory)) {
            return "no node is running in "
                    .concat(directory.toString())
                    .concat(
                            " (there is no such directory, or it is not yours to enter): start it with \"trestle run\", ")
                    .concat("or name another with --node DIR");
        }
        if (!Files.exists(socket)) {
            return "no node is running in "
                    .concat(directory.toString())
                    .concat(" (no admin.sock): start it with \"trestle run\", or name another with --node DIR");
        }
        if (!Files.isWritable(socket)) {
            return "the node in "
                    .concat(directory.toString())
                    .concat(" belongs to another user: run this command as that user, or as root");
        }
        return "no node is running in "
                .concat(directory.toString())
                .concat(
                        " (nobody answers on its admin.sock: it stopped or was killed): start it with \"trestle run\", ")
                .concat("or name another with --node DIR");
    }

    private int converse(SocketChannel channel, List<String> typed) throws IOException {
        byte[][] parts = new byte[typed.size() + 2][];
        parts[0] = utf8(program);
        parts[1] = utf8(System.getProperty("user.dir"));
        for (int i = 0; i < typed.size(); i++) {
            parts[i + 2] = utf8(typed.get(i));
        }
        Frames.send(channel, Frames.COMMAND, Frames.join(parts));
        while (true) {
            ByteBuffer frame = Frames.receive(channel);
            byte type = frame.get();
            switch (type) {
                case Frames.OUT:
                    out.write(Frames.bytes(frame));
                    break;
                case Frames.ERR:
                    err.write(Frames.bytes(frame));
                    break;
                case Frames.EXIT:
                    return frame.get();
                default:
                    answer(channel, type, frame);
            }
        }
    }

    private void answer(SocketChannel channel, byte type, ByteBuffer asked) throws IOException {
        byte[] answer;
        try {
            if (type == Frames.READ) {
                answer = read(Frames.text(asked));
            } else if (type == Frames.WRITE) {
                answer = write(Frames.split(Frames.bytes(asked)));
            } else if (type == Frames.ASK) {
                answer = ask(Frames.text(asked));
            } else {
                throw new ConsoleException("this program is older than the node: use the one that came with it");
            }
        } catch (ConsoleException refusal) {
            Frames.send(channel, Frames.REFUSAL, String.valueOf(refusal.getMessage()));
            return;
        }
        Frames.send(channel, Frames.ANSWER, answer);
    }

    private static byte[] read(String name) throws ConsoleException {
        byte[] content;
        try {
            if (name.equals("-")) {
                content = System.in.readNBytes(Frames.LIMIT + 1);
            } else {
                Path path = Path.of(name);
                if (Files.isDirectory(path)) {
                    throw new ConsoleException(name.concat(" is a directory, not a file"));
                }
                if (Files.size(path) > Frames.LIMIT) {
                    throw new ConsoleException(name.concat(" is larger than 16 MiB"));
                }
                content = Files.readAllBytes(path);
            }
        } catch (NoSuchFileException missing) {
            throw new ConsoleException("there is no file ".concat(name).concat(" here"), missing);
        } catch (AccessDeniedException denied) {
            throw new ConsoleException("you may not read ".concat(name), denied);
        } catch (IOException unreadable) {
            throw new ConsoleException(
                    name.concat(" cannot be read: ").concat(String.valueOf(unreadable.getMessage())), unreadable);
        }
        if (content.length > Frames.LIMIT) {
            throw new ConsoleException("standard input is larger than 16 MiB");
        }
        return content;
    }

    private static byte[] write(byte[][] nameAndContent) throws ConsoleException {
        String name = new String(nameAndContent[0], StandardCharsets.UTF_8);
        try {
            Path path = Path.of(name).toAbsolutePath();
            Files.createFile(
                    path,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
            Files.write(path, nameAndContent[1], StandardOpenOption.WRITE);
            return utf8(path.toString());
        } catch (FileAlreadyExistsException exists) {
            throw new ConsoleException(
                    "there is a file ".concat(name).concat(" already: remove it first, or take another name"), exists);
        } catch (IOException unwritable) {
            throw new ConsoleException(
                    name.concat(" cannot be written here: ").concat(String.valueOf(unwritable.getMessage())),
                    unwritable);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // with -Djdk.console=java.base, which the programs say, it still is null
    private static byte[] ask(String prompt) throws ConsoleException {
        java.io.Console console = System.console();
        if (console == null) {
            throw new ConsoleException("there is no terminal to ask on");
        }
        char[] line = console.readPassword("%s", prompt);
        if (line == null) {
            throw new ConsoleException("nothing was typed");
        }
        return utf8(new String(line));
    }

    private int fail(String message) throws IOException {
        err.write(utf8(program.concat(": ").concat(message).concat("\n")));
        return 1;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
