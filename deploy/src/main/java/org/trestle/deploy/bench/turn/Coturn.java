package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trestle.deploy.bench.ServerProcess;

/** coturn, a {@code turnserver}: RFC-compliant, one relay thread, the same port range. */
final class Coturn implements TurnContender {
    private static final int PLAIN = 23478;
    private static final int SECURED = 25349;

    private static final Path DEBIAN = Path.of("/usr/bin/turnserver");

    /** The number alone, or with the program's name before it. */
    private static final Pattern RELEASE = Pattern.compile("^(?i:coturn[ -]*|turnserver[ -]*)?v?(\\d+\\.[0-9.]*\\d)");

    private static final Pattern IN_USE = Pattern.compile("in use bytes *= *(\\d+)");

    private final Path program;
    private final Path directory;
    private final String name;
    private final String help;
    private final ServerProcess process = new ServerProcess();

    /**
     * A program and what distinguishes it from others.
     *
     * @param name as the table calls it
     * @param directory for what it writes
     */
    Coturn(Path program, String name, Path directory) throws IOException {
        this.program = program;
        this.directory = directory;
        this.name = name;
        this.help = ServerProcess.help(program.toString());
    }

    /** The number of a program's release, such as "4.6.1"; empty when it does not run or is something else. */
    static String release(Path program) {
        String said = ServerProcess.says(program.toString(), "--version");
        Matcher number = RELEASE.matcher(said);
        return number.find() ? number.group(1) : "";
    }

    @Override
    public String name() {
        return name;
    }

    /** Where it comes from: the name has the release already, because two can take part. */
    @Override
    public String version() {
        String debian =
                program.equals(DEBIAN) ? ServerProcess.says("dpkg-query", "-W", "-f", "${Version}", "coturn") : "";
        return debian.isEmpty() ? "(" + program + ")" : "(Debian " + debian + ")";
    }

    @Override
    public void start() throws IOException {
        Files.createDirectories(directory);
        process.start(Cores.first(command(Keys.in(directory)).toArray(String[]::new)), directory.resolve("log"));
        process.awaitPort(plain());
    }

    /** How it is started. */
    List<String> command(Keys keys) {
        List<String> words = new ArrayList<>(List.of(
                program.toString(),
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
                directory.resolve("db").toString()));
        // Newer releases leave both off unless they are told otherwise, and the newest end when they hear of these.
        for (String option : List.of("--no-dtls", "--no-cli")) {
            if (Pattern.compile("(?m)^\\s*" + option + "\\s").matcher(help).find()) {
                words.add(option);
            }
        }
        return words;
    }

    @Override
    public void stop() throws IOException {
        process.stop();
    }

    @Override
    public List<Long> processes() {
        return process.ids();
    }

    /** What the C library says, which a debugger makes it say. */
    @Override
    public OptionalLong bytesInUse() throws IOException {
        String pid = Long.toString(process.ids().get(0));
        ServerProcess.says("gdb", "-p", pid, "-batch", "-nx", "-ex", "call (void)malloc_stats()");
        return inUse(Files.readString(directory.resolve("log")));
    }

    /** The last total in what {@code malloc_stats} has written; empty when there is none. */
    static OptionalLong inUse(String log) {
        int last = log.lastIndexOf("Total (incl. mmap)");
        Matcher bytes = IN_USE.matcher(log);
        return last >= 0 && bytes.find(last) ? OptionalLong.of(Long.parseLong(bytes.group(1))) : OptionalLong.empty();
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
