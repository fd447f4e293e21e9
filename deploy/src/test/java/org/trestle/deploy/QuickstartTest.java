package org.trestle.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code deploy/quickstart} by itself: the nodes and the call bridges are programs that do nothing. */
@Timeout(240)
final class QuickstartTest {
    private static final String NODE = "#!/usr/bin/env bash\nread -r _ < <(tail -f /dev/null --pid=$$)\n";

    private static final String CONSOLE = """
            #!/usr/bin/env bash
            case "$*" in
              *"cluster status") echo 'State: LEADER' ;;
              *--json) printf '"voting":true\\n"voting":true\\n"voting":true\\n' ;;
              *--show-secrets) for i in 1 2 3; do printf 'Callbridge : cb%s\\nSecret : s%s\\n' $i $i; done ;;
            esac
            """;

    private static final String BRIDGES = """
            #!/usr/bin/env bash
            printf 'received 1\\nreceived 1\\nreceived 1\\n' >"${@: -1}"
            read -r _ < <(tail -f /dev/null --pid=$$)
            """;

    @TempDir
    private Path root;

    private Path script;
    private Path data;

    @BeforeEach
    void distribution() throws IOException {
        Path deploy = root.resolve("deploy");
        Path bin = deploy.resolve("target/trestle/bin");
        Files.createDirectories(bin);
        for (String sources : List.of("deploy/src/main", "deploy/src/dist")) {
            Files.createDirectories(root.resolve(sources));
        }
        Files.createFile(root.resolve("pom.xml"));
        Files.createFile(deploy.resolve("pom.xml"));
        Files.createFile(deploy.resolve("target/deploy-0.1.0-SNAPSHOT.jar"));
        program(bin.resolve("trestle"), NODE);
        program(bin.resolve("xmpp"), CONSOLE);
        program(root.resolve("jdk/bin/java"), BRIDGES);
        script = deploy.resolve("quickstart");
        program(script, Files.readString(Path.of("quickstart")));
        data = root.resolve("data");
    }

    @AfterEach
    void stop() throws Exception {
        assertEquals(0, start("--stop").waitFor());
    }

    @Test
    void endsAtOnceWhenItIsInterrupted() throws Exception {
        Process quickstart = start("--base-port", "47122");
        BufferedReader out = quickstart.inputReader(UTF_8);
        StringBuilder said = new StringBuilder();
        String line = out.readLine();
        while (line != null && !line.startsWith("Ctrl-C ends")) {
            said.append(line).append('\n');
            line = out.readLine();
        }
        assertNotNull(line, said::toString);
        long node = Long.parseLong(Files.readString(data.resolve("node1/pid")).strip());

        quickstart.toHandle().destroy(); // the signal alone: destroying the process would close its output too

        assertTrue(quickstart.waitFor(120, TimeUnit.SECONDS));
        assertEquals(130, quickstart.exitValue());
        assertTrue(ProcessHandle.of(node).filter(ProcessHandle::isAlive).isEmpty());
    }

    /** After a restart of the machine the number in a pid file can belong to anybody, another quickstart's node included. */
    @Test
    void leavesTheNodeOfAnotherDirectoryAlone() throws Exception {
        Process stranger = new ProcessBuilder(
                        root.resolve("deploy/target/trestle/bin/trestle").toString(), "org.trestle", "/elsewhere/node1")
                .start();
        Path node = Files.createDirectories(data.resolve("node1"));
        Files.writeString(node.resolve("pid"), stranger.pid() + "\n");

        assertEquals(0, start("--stop").waitFor());

        assertTrue(stranger.isAlive());
        assertFalse(Files.exists(node.resolve("pid")));
        stranger.destroy();
        stranger.waitFor();
    }

    private Process start(String... options) throws IOException {
        ProcessBuilder process = new ProcessBuilder(script.toString(), "--dir", data.toString());
        process.command().addAll(List.of(options));
        process.environment().put("JAVA_HOME", root.resolve("jdk").toString());
        process.redirectErrorStream(true);
        return process.start();
    }

    private static void program(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
