package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node of this server, alone, with its data in a directory that is made anew. */
final class TrestleContender implements XmppContender {
    private static final int CLIENTS = 25222;
    private static final int COMPONENTS = 25223;
    private static final int CLUSTER = 25290;

    private final Path distribution;
    private final Path directory;
    private @Nullable Process process;

    TrestleContender(Path distribution, Path directory) {
        this.distribution = distribution;
        this.directory = directory;
    }

    @Override
    public String name() {
        return "Trestle";
    }

    @Override
    public String version() {
        return "0.1, Java " + Runtime.version().feature();
    }

    @Override
    public void start() throws IOException {
        Processes.delete(directory);
        Files.createDirectories(directory);
        Path config = directory.resolve("trestle.conf");
        Files.writeString(config, """
                trestle {
                  data = "%s"
                  listen { address = 127.0.0.1, client = %d, component = %d, cluster = %d }
                  clients.plain-on-loopback = true
                  limits.unauthenticated-per-address = 1000
                  turn.enabled = false
                }
                """.formatted(directory.resolve("data"), CLIENTS, COMPONENTS, CLUSTER));
        Path log = directory.resolve("log");
        Process started = Processes.start(
                new ProcessBuilder(
                        distribution.resolve("bin/trestle").toString(), "run", "--config", config.toString()),
                log);
        process = started;
        Processes.awaitPort(started, components(), log);
        type("", "domain", DOMAIN);
        StringBuilder users = new StringBuilder();
        for (int i = 0; i < USERS; i++) {
            users.append('u')
                    .append(i)
                    .append('@')
                    .append(DOMAIN)
                    .append(',')
                    .append(PASSWORD)
                    .append('\n');
        }
        Path csv = directory.resolve("users.csv");
        Files.writeString(csv, users);
        type("", "user", "import", csv.toString());
        for (int i = 1; i <= 2; i++) {
            type(SECRET + "\n", "callbridge", "add-secret", "bridge" + i, "--secret-file", "-");
        }
    }

    private void type(String input, String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                distribution.resolve("bin/xmpp").toString(),
                "--node",
                directory.resolve("data").toString());
        builder.command().addAll(List.of(words));
        Processes.run(builder, input);
    }

    @Override
    public void stop() throws IOException {
        if (process != null) {
            Processes.end(process);
            process = null;
        }
    }

    @Override
    public List<Long> processes() {
        return process == null ? List.of() : List.of(process.pid());
    }

    @Override
    public InetSocketAddress clients() {
        return new InetSocketAddress("127.0.0.1", CLIENTS);
    }

    @Override
    public InetSocketAddress components() {
        return new InetSocketAddress("127.0.0.1", COMPONENTS);
    }
}
