package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trestle.deploy.bench.ServerProcess;

/** This relay, alone: {@code trestle turn --config FILE}. */
final class Trestle implements TurnContender {
    static final String NAME = "Trestle";

    private static final int PLAIN = 22478;
    private static final int SECURED = 22349;

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private final Path distribution;
    private final Path directory;
    private final Pauses pauses;
    private final ServerProcess process = new ServerProcess();

    Trestle(Path distribution, Path directory) {
        this.distribution = distribution;
        this.directory = directory;
        this.pauses = new Pauses(directory.resolve("pauses"));
    }

    @Override
    public String name() {
        return NAME;
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
        ProcessBuilder program =
                Cores.first(distribution.resolve("bin/trestle").toString(), "turn", "--config", config.toString());
        program.environment().merge("JDK_JAVA_OPTIONS", pauses.option(), (old, mine) -> old + " " + mine);
        process.start(program, log);
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

    /** Live objects: those that a full collection leaves. */
    @Override
    public OptionalLong bytesInUse() throws IOException {
        Matcher total = TOTAL.matcher(ask("GC.class_histogram"));
        if (!total.find()) {
            throw new IOException("jcmd does not tell what is in memory");
        }
        return OptionalLong.of(Long.parseLong(total.group(1)));
    }

    @Override
    public void collect() throws IOException {
        ask("GC.run");
    }

    private String ask(String command) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(process.ids().get(0));
        return ServerProcess.run(new ProcessBuilder(jcmd, pid, command), "");
    }

    @Override
    public Optional<Pauses> pauses() {
        return Optional.of(pauses);
    }
}
