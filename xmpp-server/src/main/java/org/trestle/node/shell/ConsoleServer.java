package org.trestle.node.shell;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's side of the console: listens on {@code admin.sock} and runs each command on a thread of its own bounded
 * executor, so that commands may block. One command more than the limit is turned away in words.
 */
public final class ConsoleServer implements AutoCloseable {
    /** The socket's name in the data directory. */
    public static final String SOCKET = "admin.sock";

    private static final Logger log = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int LONGEST_SOCKET_NAME = 107;
    private static final long IDLE_SECONDS = 60;

    /** Threads that tell those beyond the limit that they are; beyond these, connections are just closed. */
    private static final int TURNING_AWAY = 4;

    private final Path socket;
    private final Console console;
    private final int limit;
    private final ServerSocketChannel listener;
    private final ThreadPoolExecutor executor;
    private final Semaphore places;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private ConsoleServer(Path socket, Console console, int limit, ServerSocketChannel listener) {
        this.socket = socket;
        this.console = console;
        this.limit = limit;
        this.listener = listener;
        this.places = new Semaphore(limit);
        AtomicInteger count = new AtomicInteger();
        this.executor = new ThreadPoolExecutor(
                0, limit + TURNING_AWAY, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "console-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Listens in {@code directory}, which the caller has locked: a socket that is there is a dead node's and goes.
     *
     * @param limit how many commands run at once
     */
    public static ConsoleServer open(Path directory, int limit, Console console) throws ConsoleException {
        Path socket = directory.resolve(SOCKET);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_NAME) {
            throw new ConsoleException("the data directory's name is too long for a Unix socket in it (" + socket
                    + "): name one of at most " + (LONGEST_SOCKET_NAME - SOCKET.length() - 1) + " bytes");
        }
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            ConsoleServer server = new ConsoleServer(socket, console, limit, listener);
            Thread acceptor = new Thread(server::accept, "console");
            acceptor.setDaemon(true);
            acceptor.start();
            return server;
        } catch (IOException unusable) {
            throw new ConsoleException(
                    "the console cannot listen on " + socket + ": " + unusable.getMessage(), unusable);
        }
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel channel = listener.accept();
                if (ours(channel)) {
                    open.add(channel);
                    take(channel);
                } else {
                    channel.close();
                }
            } catch (AsynchronousCloseException closing) {
                return;
            } catch (IOException failed) {
                log.warn("console: a command could not be accepted: {}", failed.getMessage());
            }
        }
    }

    /** Whether the node's own user or root typed it; the file's mode says the same, but only once it is set. */
    private boolean ours(SocketChannel channel) throws IOException {
        String user =
                channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        return user.equals("root") || user.equals(Files.getOwner(socket).getName());
    }

    private void take(SocketChannel channel) throws IOException {
        try {
            executor.execute(() -> serve(channel));
        } catch (RejectedExecutionException full) {
            open.remove(channel);
            channel.close();
        }
    }

    private void serve(SocketChannel channel) {
        try (channel) {
            RemoteTerminal terminal = new RemoteTerminal(channel);
            Invocation invocation = terminal.invocation();
            Frames.send(channel, Frames.EXIT, new byte[] {(byte) run(invocation, terminal)});
        } catch (IOException gone) {
            log.debug("console: the operator left before the command ended: {}", gone.getMessage());
        } catch (RuntimeException ours) {
            // The last resort of this thread: the command fails, the console goes on.
            log.error("console: a command failed unexpectedly", ours);
        } finally {
            open.remove(channel);
        }
    }

    private int run(Invocation invocation, Terminal terminal) throws IOException {
        if (!places.tryAcquire()) {
            terminal.err("FAILURE: " + limit
                    + " console commands are running on this node already; try again in a moment\n");
            return 1;
        }
        try {
            return console.run(invocation, terminal);
        } finally {
            places.release();
        }
    }

    /** Stops listening, and ends the commands that still run. */
    @Override
    public void close() {
        try {
            listener.close();
            Files.deleteIfExists(socket);
            for (SocketChannel channel : open) {
                channel.close();
            }
        } catch (IOException unusable) {
            log.debug("console: closing: {}", unusable.getMessage());
        }
        executor.shutdownNow();
    }
}
