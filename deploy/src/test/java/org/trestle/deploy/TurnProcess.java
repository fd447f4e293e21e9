package org.trestle.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** {@code trestle turn} in a process of its own: user bench, password secret, one shared key; on loopback addresses only. */
final class TurnProcess implements AutoCloseable {
    static final String USER = "bench";
    static final String PASSWORD = "secret";
    static final String KEY = "a-shared-key-for-tests";

    private static final Duration START_LIMIT = Duration.ofSeconds(180);
    private static final Path IPV6_ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final String IPV6_LOOPBACK = "00000000000000000000000000000001";

    private final Process process;
    private final int port;
    private final boolean ipv6;
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private TurnProcess(Process process, int port, boolean ipv6) {
        this.process = process;
        this.port = port;
        this.ipv6 = ipv6;
    }

    static TurnProcess start(Path directory) throws IOException {
        int port = freePort();
        boolean ipv6 =
                Files.exists(IPV6_ADDRESSES) && Files.readString(IPV6_ADDRESSES).contains(IPV6_LOOPBACK);
        int relayed = 34_000 + new Random().nextInt(100) * 200;
        Path config = Files.writeString(directory.resolve("turn.conf"), """
                trestle.turn {
                  listen = ["127.0.0.1"%s]
                  port = %d
                  tls-port = %d
                  relay-ports = "%d-%d"
                  users = ["%s:%s"]
                  keys = ["%s"]
                  peers.loopback = true
                }
                """.formatted(
                        ipv6 ? ", \"::1\"" : "", port, port + 1, relayed, relayed + 199, USER, PASSWORD, KEY));
        ProcessBuilder builder = new ProcessBuilder(
                        NodeProcess.DISTRIBUTION.resolve("bin/trestle").toString(),
                        "turn",
                        "--config",
                        config.toString())
                .redirectErrorStream(true);
        builder.environment().put("TRESTLE_JAVA_OPTS", "-Xmx192m -XX:+UseSerialGC");
        TurnProcess started = new TurnProcess(builder.start(), port, ipv6);
        Thread pump = new Thread(started::pump, "turn-output");
        pump.setDaemon(true);
        pump.start();
        started.awaitLogged("READY");
        return started;
    }

    private void pump() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            lines.add("(output ended: " + ended.getMessage() + ")");
        }
    }

    void awaitLogged(String text) {
        Await.untilTrue(START_LIMIT, () -> "the relay logs " + text + "; it says:\n" + output(), () -> {
            boolean there = lines.stream().anyMatch(line -> line.contains(text));
            if (!there && !process.isAlive()) {
                throw new AssertionError("the relay ended:\n" + output());
            }
            return there;
        });
    }

    String output() {
        return String.join("\n", lines);
    }

    int port() {
        return port;
    }

    int tlsPort() {
        return port + 1;
    }

    /** Whether it has relayed addresses of IPv6, too. */
    boolean ipv6() {
        return ipv6;
    }

    private static int freePort() throws IOException {
        Random random = new Random();
        for (int attempt = 0; attempt < 50; attempt++) {
            int port = 21_000 + random.nextInt(1000) * 4 + 1;
            if (free(port) && free(port + 1)) {
                return port;
            }
        }
        throw new IOException("no free ports between 21000 and 25000");
    }

    private static boolean free(int port) {
        try (ServerSocket stream = new ServerSocket();
                DatagramSocket datagrams = new DatagramSocket(new InetSocketAddress("127.0.0.1", port))) {
            stream.setReuseAddress(true);
            stream.bind(new InetSocketAddress("127.0.0.1", port));
            return datagrams.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
