package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.trestle.cluster.sim.ClassPath;

/**
 * Smack's own integration tests against a node of a cluster. The classes in {@code sinttest-classes.txt} pass, at the
 * second time at the latest: some of Smack's tests depend on the order of Smack's own threads, and a fault of the server fails
 * twice. The list only grows. With {@code -Dtrestle.sinttest=all} every class is tried, and those are printed that could be added;
 * other values are the classes to try, with commas.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SinttestIT {
    /** Smack's tests know no other port than 5222: a network of its own for each process lets two builds run at once. */
    private static final String NETWORK = "127."
            + (192 + ProcessHandle.current().pid() % 60)
            + "."
            + ProcessHandle.current().pid() / 60 % 250
            + ".";

    private static final String PASSWORD = "the administrator's";
    private static final Pattern CLASS = Pattern.compile("class (\\S+) passed (\\d+) failed (\\d+) impossible (\\d+)");

    private TestCluster cluster;

    @BeforeAll
    @Timeout(400)
    void form() throws IOException {
        cluster = TestCluster.of(5222, i -> NETWORK + i, i -> List.of());
        cluster.form();
        cluster.node(2)
                .typeWith(
                        PASSWORD + "\n",
                        "xmpp",
                        "user",
                        "add",
                        "admin@" + TestCluster.DOMAIN,
                        "--admin",
                        "--password-file",
                        "-");
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @Test
    @Timeout(1500)
    void theListedClassesPass() throws Exception {
        TreeSet<String> listed = new TreeSet<>(listed());
        String wanted = System.getProperty("trestle.sinttest", String.join(",", listed));
        boolean all = wanted.equals("all");
        if (!all) {
            listed.retainAll(Set.of(wanted.split(",")));
        }
        List<String> results = new ArrayList<>(run(all ? "" : wanted));
        TreeSet<String> passed = passed(results);
        TreeSet<String> again = new TreeSet<>(listed);
        again.removeAll(passed);
        if (!again.isEmpty()) {
            System.out.println("[sinttest] once more, with new accounts, because of races in Smack: " + again);
            List<String> second = run(String.join(",", again));
            results.addAll(second);
            passed.addAll(passed(second));
        }
        if (all) {
            TreeSet<String> more = new TreeSet<>(passed);
            more.removeAll(listed);
            System.out.println("[sinttest] could be listed too: " + more);
        }
        passed.retainAll(listed);
        assertEquals(listed, passed, () -> String.join("\n", results));
    }

    /** Prints the results; the classes of which at least one test passed and none failed. */
    private static TreeSet<String> passed(List<String> results) {
        TreeSet<String> passed = new TreeSet<>();
        for (String line : results) {
            System.out.println("[sinttest] " + line);
            Matcher counts = CLASS.matcher(line);
            if (counts.matches()
                    && !counts.group(2).equals("0")
                    && counts.group(3).equals("0")) {
                passed.add(counts.group(1));
            }
        }
        return passed;
    }

    private List<String> run(String classes) throws Exception {
        Path results = Files.createTempFile("sinttest", ".txt");
        Path output = Files.createTempFile("sinttest", ".log");
        Path hosts = Files.createTempFile("sinttest", ".hosts");
        Path trust = Files.createTempFile("sinttest", ".p12");
        X509Certificate certificate = certificate();
        trust(certificate, trust);
        Files.writeString(hosts, cluster.node(1).address() + " " + TestCluster.DOMAIN + "\n127.0.0.1 localhost\n");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.net.preferIPv4Stack=true",
                "-Djdk.net.hosts.file=" + hosts,
                "-D" + SinttestResults.FILE + "=" + results,
                "-Dsinttest.service=" + TestCluster.DOMAIN,
                "-Dsinttest.host=" + cluster.node(1).address(),
                "-Dsinttest.securityMode=required",
                "-Dsinttest.serviceTlsPin=CERTSHA256:" + pin(certificate),
                "-Djavax.net.ssl.trustStore=" + trust,
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-Dsinttest.replyTimeout=20000",
                "-Dsinttest.dnsResolver=javax",
                "-Dsinttest.enabledConnections=tcp",
                "-Dsinttest.adminAccountUsername=admin",
                "-Dsinttest.adminAccountPassword=" + PASSWORD,
                "-Dsinttest.testRunResultProcessors=" + SinttestResults.class.getName()));
        if (!classes.isEmpty()) {
            command.add("-Dsinttest.enabledTests=" + classes);
        }
        command.addAll(List.of("-cp", ClassPath.ofTests(), SmackIntegrationTestFramework.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(700, TimeUnit.SECONDS), () -> "still running: " + tail(output));
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(results);
        assertTrue(!lines.isEmpty(), () -> "no results: " + tail(output));
        for (Path file : List.of(results, output, hosts, trust)) {
            Files.delete(file);
        }
        return lines;
    }

    private static List<String> listed() throws IOException {
        try (InputStream list = Objects.requireNonNull(SinttestIT.class.getResourceAsStream("/sinttest-classes.txt"))) {
            return new String(list.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        }
    }

    /** The certificate that the node presents. */
    private X509Certificate certificate() throws Exception {
        Path file;
        try (Stream<Path> files = Files.walk(cluster.node(1).directory().resolve("tls"))) {
            file = files.filter(name -> name.toString().endsWith(".crt"))
                    .findFirst()
                    .orElseThrow();
        }
        try (InputStream pem = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static String pin(X509Certificate certificate) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }

    /** One connection of Smack's tests looks at the trust store instead of the pin. */
    private static void trust(X509Certificate certificate, Path file) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("node", certificate);
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
    }

    private static String tail(Path output) {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException unreadable) {
            return unreadable + " " + File.separator;
        }
    }
}
