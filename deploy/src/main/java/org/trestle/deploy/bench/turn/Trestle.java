package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.trestle.deploy.bench.ServerProcess;

/** This relay, alone: {@code trestle turn --config FILE}. */
final class Trestle implements TurnContender {
    private static final int PLAIN = 22478;
    private static final int SECURED = 22349;

    private final Path distribution;
    private final Path directory;
    private final ServerProcess process = new ServerProcess();

    Trestle(Path distribution, Path directory) {
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
        Files.createDirectories(directory);
        Path config = directory.resolve("turn.conf");
        Files.writeString(config, """
                trestle.turn {
                  listen = ["127.0.0.1"]
                  port = %d
                  tls-port = %d
                  realm = "trestle"
                  users = ["%s:%s"]
                  peers.loopback = true
                  quotas { allocations = 100000, allocations-per-user = 100000, allocations-per-address = 100000, challenges = 1000000 }
                }
                """.formatted(PLAIN, SECURED, USER, PASSWORD));
        Path log = directory.resolve("log");
        process.start(
                Cores.first(distribution.resolve("bin/trestle").toString(), "turn", "--config", config.toString()),
                log);
        process.awaitPort(plain());
    }

    @Override
    public void stop() throws IOException {
        process.stop();
    }

    @Override
    public List<Long> processes() {
        return process.ids();
    }

    @Override
    public InetSocketAddress plain() {
        return new InetSocketAddress("127.0.0.1", PLAIN);
    }

    @Override
    public InetSocketAddress secured() {
        return new InetSocketAddress("127.0.0.1", SECURED);
    }
}
