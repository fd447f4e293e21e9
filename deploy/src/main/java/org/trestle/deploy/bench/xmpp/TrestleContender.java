package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trestle.deploy.bench.ServerProcess;

/** One node of this server alone, or two that form a cluster; their data is in a directory that is made anew. */
final class TrestleContender implements XmppContender {
    private static final int CLIENTS = 25222;
    private static final int COMPONENTS = 25223;
    private static final int CLUSTER = 25290;
    private static final Pattern TOKEN = Pattern.compile("trestle-[A-Za-z0-9_-]+");

    private final Path distribution;
    private final Path directory;
    private final List<ServerProcess> nodes;
    private final boolean allTraffic;
    private boolean acquainted;

    /** {@code nodes}: 1 or 2. */
    TrestleContender(Path distribution, Path directory, int nodes, boolean allTraffic) {
        this.allTraffic = allTraffic;
        this.distribution = distribution;
        this.directory = directory;
        this.nodes = nodes == 1 ? List.of(new ServerProcess()) : List.of(new ServerProcess(), new ServerProcess());
    }

    @Override
    public String name() {
        return nodes.size() == 1 ? XmppBench.OURS : XmppBench.OURS_ON_TWO;
    }

    @Override
    public String version() {
        return "0.1, Java " + Runtime.version().feature();
    }

    @Override
    public void start() throws IOException {
        ServerProcess.anew(directory);
        acquainted = false;
        for (int i = 0; i < nodes.size(); i++) {
            launch(i);
        }
        type(0, "", "domain", DOMAIN);
        if (nodes.size() > 1) {
            type(0, "", "cluster", "initialize");
            Matcher token = TOKEN.matcher(type(0, "", "cluster", "invite"));
            if (!token.find()) {
                throw new IOException("no token in the answer to invite");
            }
            type(1, "", "cluster", "join", host(0) + ":" + CLUSTER, token.group(), "--force");
        }
        StringBuilder users = new StringBuilder();
        for (String name : XmppContender.accounts()) {
            users.append("%s@%s,%s%n".formatted(name, DOMAIN, PASSWORD));
        }
        Path csv = directory.resolve("users.csv");
        Files.writeString(csv, users);
        type(0, "", "user", "import", csv.toString());
        for (int i = 1; i <= 2; i++) {
            type(0, SECRET + "\n", "callbridge", "add-secret", "bridge" + i, "--secret-file", "-");
        }
    }

    @Override
    public void acquaint() throws IOException {
        if (acquainted) {
            return;
        }
        StringBuilder contacts = new StringBuilder();
        for (int i = 0; i < Friends.COUNT; i++) {
            contacts.append(Friends.jid(i));
            Friends.of(i).forEach(contact -> contacts.append(',').append(Friends.jid(contact)));
            contacts.append('\n');
        }
        Path csv = directory.resolve("contacts.csv");
        Files.writeString(csv, contacts);
        type(0, "", "user", "import-contacts", csv.toString());
        acquainted = true;
    }

    private void launch(int node) throws IOException {
        Path config = directory.resolve("node" + node + ".conf");
        Files.writeString(config, """
                trestle {
                  data = "%s"
                  listen { address = %s, client = %d, component = %d, cluster = %d }
                  clients.plain-on-loopback = true
                  limits.unauthenticated-per-address = 1000
                  turn.enabled = false
                }
                """.formatted(data(node), host(node), CLIENTS, COMPONENTS, CLUSTER));
        ServerProcess process = nodes.get(node);
        process.start(
                new ProcessBuilder(
                        distribution.resolve("bin/trestle").toString(), "run", "--config", config.toString()),
                directory.resolve("log" + node));
        process.awaitPort(new InetSocketAddress(host(node), COMPONENTS));
    }

    private Path data(int node) {
        return directory.resolve("data" + node);
    }

    private static String host(int node) {
        return "127.0.0." + (node + 1);
    }

    private String type(int node, String input, String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                distribution.resolve("bin/xmpp").toString(),
                "--node",
                data(node).toString());
        builder.command().addAll(List.of(words));
        return ServerProcess.run(builder, input);
    }

    @Override
    public void stop() throws IOException {
        for (ServerProcess node : nodes) {
            node.stop();
        }
    }

    @Override
    public List<Long> processes() {
        List<Long> all = new ArrayList<>();
        nodes.forEach(node -> all.addAll(node.ids()));
        return all;
    }

    @Override
    public InetSocketAddress clients() {
        return new InetSocketAddress(host(0), CLIENTS);
    }

    @Override
    public InetSocketAddress components() {
        return new InetSocketAddress(host(0), COMPONENTS);
    }

    @Override
    public boolean takesAllTraffic() {
        return allTraffic;
    }

    @Override
    public InetSocketAddress otherClients() {
        return new InetSocketAddress(host(nodes.size() - 1), CLIENTS);
    }

    @Override
    public InetSocketAddress otherComponents() {
        return new InetSocketAddress(host(nodes.size() - 1), COMPONENTS);
    }
}
