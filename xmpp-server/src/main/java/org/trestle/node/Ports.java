package org.trestle.node;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out before anything starts whether the ports are free, and says who has one that is not. */
final class Ports {
    private static final String LISTENING = "0A";
    private static final int FIRST_UNPRIVILEGED = 1024;

    /** Bytes that /proc/net/tcp writes as one number, in the order of this machine, which is little-endian on all we run on. */
    private static final int WORD = 4;

    private Ports() {}

    /**
     * A port that the node will listen on.
     *
     * @param option the option that sets it
     */
    record Port(String purpose, InetAddress address, int number, String option) {}

    static void check(List<Port> ports) throws StartException {
        for (Port port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(port.address(), port.number()));
            } catch (BindException taken) {
                throw new StartException(words(port, taken), taken);
            } catch (IOException unusable) {
                throw new StartException(words(port, unusable), unusable);
            }
        }
    }

    /**
     * The same for datagrams. A port that the relay's loops share would also be shared with another program of this user,
     * which would get half of the packets; only a trial like this one finds it.
     */
    static void checkDatagrams(List<Port> ports) throws StartException {
        for (Port port : ports) {
            try (DatagramSocket socket = new DatagramSocket(null)) {
                socket.setReuseAddress(false);
                socket.bind(new InetSocketAddress(port.address(), port.number()));
            } catch (IOException unusable) {
                throw new StartException(words(port, unusable), unusable);
            }
        }
    }

    private static String words(Port port, IOException failure) {
        String where = "port " + port.number() + " (" + port.purpose() + ") of "
                + port.address().getHostAddress();
        String reason = String.valueOf(failure.getMessage());
        if (reason.contains("Cannot assign")) {
            return "this machine has no address " + port.address().getHostAddress()
                    + ": set trestle.listen.address to one that it has, or to 0.0.0.0";
        }
        if (reason.contains("Permission denied") && port.number() < FIRST_UNPRIVILEGED) {
            return where + " is for root only: set " + port.option()
                    + " to 1024 or more, or allow the port to this user";
        }
        if (reason.contains("in use")) {
            return where + " is taken"
                    + owner(port).map(who -> " by " + who).orElse("") + ": stop that program, or set "
                    + port.option() + " to a free port";
        }
        return where + " cannot be used: " + reason;
    }

    /** The process that listens on the port, as far as this user may know. */
    static Optional<String> owner(Port port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port.number());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                Optional<String> owner = lines.map(line -> line.strip().split("\\s+"))
                        .filter(words -> words.length > 9 && words[1].endsWith(suffix) && words[3].equals(LISTENING))
                        .filter(words -> overlap(words[1].substring(0, words[1].indexOf(':')), port.address()))
                        .map(words -> "socket:[" + words[9] + "]")
                        .flatMap(socket -> process(socket).stream())
                        .findFirst();
                if (owner.isPresent()) {
                    return owner;
                }
            } catch (IOException | java.io.UncheckedIOException notLinux) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether a listener on one of these addresses is in the way of the other; the table's is in words, each reversed. */
    private static boolean overlap(String listed, InetAddress wanted) {
        byte[] address = wanted.getAddress();
        StringBuilder words = new StringBuilder();
        for (int word = 0; word < address.length; word += WORD) {
            for (int at = word + WORD - 1; at >= word; at--) {
                words.append(String.format(Locale.ROOT, "%02X", address[at]));
            }
        }
        return wanted.isAnyLocalAddress()
                || listed.chars().allMatch(digit -> digit == '0')
                || listed.endsWith(words.toString());
    }

    private static Optional<String> process(String socket) {
        return ProcessHandle.allProcesses()
                .filter(process -> holds(process.pid(), socket))
                .map(process -> "process " + process.pid()
                        + process.info()
                                .command()
                                .map(command -> " (" + command + ")")
                                .orElse(""))
                .findFirst();
    }

    private static boolean holds(long pid, String socket) {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.anyMatch(file -> {
                try {
                    return Files.readSymbolicLink(file).toString().equals(socket);
                } catch (IOException gone) {
                    return false;
                }
            });
        } catch (IOException | java.io.UncheckedIOException notOurs) {
            return false;
        }
    }
}
