package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.trestle.deploy.bench.ServerProcess;

/** Debian's Prosody, with its usual modules. */
final class ProsodyContender implements XmppContender {
    private static final int CLIENTS = 26222;
    private static final int COMPONENTS = 26223;

    private final Path directory;
    private final ServerProcess process = new ServerProcess();

    ProsodyContender(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "Prosody";
    }

    @Override
    public String version() {
        return ServerProcess.says("dpkg-query", "-W", "-f", "${Version}", "prosody");
    }

    @Override
    public void start() throws IOException {
        ServerProcess.anew(directory);
        // one file a user, in the directory of its domain, as the server itself writes them
        Path accounts = Files.createDirectories(directory.resolve("data/bench%2etest/accounts"));
        for (String name : XmppContender.accounts()) {
            Files.writeString(
                    accounts.resolve(name + ".dat"), "return {\n\t[\"password\"] = \"" + PASSWORD + "\";\n};\n");
        }
        Path rosters = Files.createDirectories(accounts.resolveSibling("roster"));
        for (int i = 0; i < Friends.COUNT; i++) {
            Files.writeString(rosters.resolve(Friends.name(i) + ".dat"), roster(i));
        }
        Path key = directory.resolve("bench.key");
        Path certificate = directory.resolve("bench.crt");
        Certificates.make(key, certificate, DOMAIN);
        Path config = directory.resolve("prosody.cfg.lua");
        Files.writeString(config, """
                run_as_root = true
                data_path = "%1$s/data"
                pidfile = "%1$s/pid"
                log = { warn = "%1$s/prosody.log" }
                interfaces = { "127.0.0.1" }
                c2s_ports = { %2$d }
                s2s_ports = { }
                component_ports = { %3$d }
                component_interfaces = { "127.0.0.1" }
                network_settings = { tcp_backlog = 1024 }
                modules_enabled = { "disco"; "roster"; "saslauth"; "tls"; "blocklist"; "carbons"; "limits"; "pep";
                  "private"; "smacks"; "vcard4"; "vcard_legacy"; "ping"; "register"; "time"; "uptime"; "version" }
                modules_disabled = { "s2s"; "limits" }
                c2s_require_encryption = false
                allow_unencrypted_plain_auth = false
                authentication = "internal_plain"
                ssl = { key = "%4$s"; certificate = "%5$s" }
                VirtualHost "%6$s"
                Component "bridge1.%6$s"
                  component_secret = "%7$s"
                Component "bridge2.%6$s"
                  component_secret = "%7$s"
                """.formatted(directory, CLIENTS, COMPONENTS, key, certificate, DOMAIN, SECRET));
        Path log = directory.resolve("log");
        process.start(new ProcessBuilder("prosody", "-F", "--config", config.toString()), log);
        process.awaitPort(clients());
        process.awaitPort(components());
    }

    private static String roster(int number) {
        StringBuilder text = new StringBuilder("return {\n\t[false] = { [\"version\"] = 1; [\"pending\"] = {}; };\n");
        for (int contact : Friends.of(number)) {
            text.append("\t[\"")
                    .append(Friends.jid(contact))
                    .append("\"] = { [\"subscription\"] = \"both\"; [\"groups\"] = {}; };\n");
        }
        return text.append("};\n").toString();
    }

    @Override
    public void acquaint() {
        // their files were there before the server
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
    public InetSocketAddress clients() {
        return new InetSocketAddress("127.0.0.1", CLIENTS);
    }

    @Override
    public InetSocketAddress components() {
        return new InetSocketAddress("127.0.0.1", COMPONENTS);
    }
}
