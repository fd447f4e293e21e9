package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.trestle.deploy.bench.ServerProcess;

/** coturn, as {@code turnserver} of the path is: RFC-compliant, one relay thread, the same port range. */
final class Coturn implements TurnContender {
    private static final int PLAIN = 23478;
    private static final int SECURED = 25349;

    private final String program;
    private final Path directory;
    private final String version;
    private final ServerProcess process = new ServerProcess();

    Coturn(String program, Path directory) throws IOException {
        this.program = program;
        this.directory = directory;
        this.version =
                ServerProcess.says(program, "--version").lines().findFirst().orElse("");
    }

    /** Whether the program is there. */
    boolean isPresent() {
        return !version.isEmpty();
    }

    @Override
    public String name() {
        return "coturn " + number();
    }

    /** The name says it already, because two releases can take part. */
    @Override
    public String version() {
        return "";
    }

    private String number() {
        return version.replaceAll("^[^0-9]*([0-9.]+).*", "$1");
    }

    @Override
    public void start() throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve("log");
        Keys keys = Keys.in(directory);
        process.start(
                Cores.first(
                        program,
                        "-n",
                        "-m",
                        "1",
                        "-L",
                        "127.0.0.1",
                        "-E",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(PLAIN),
                        "--tls-listening-port",
                        Integer.toString(SECURED),
                        "--cert",
                        keys.certificate().toString(),
                        "--pkey",
                        keys.key().toString(),
                        "--no-dtls",
                        "--no-cli",
                        "--lt-cred-mech",
                        "-u",
                        USER + ":" + PASSWORD,
                        "-r",
                        "bench.local",
                        "--allow-loopback-peers",
                        "--min-port",
                        "24000",
                        "--max-port",
                        "29999",
                        "--no-stdout-log",
                        "--log-file",
                        "/dev/null",
                        "--pidfile",
                        directory.resolve("pid").toString(),
                        "--userdb",
                        directory.resolve("db").toString()),
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
