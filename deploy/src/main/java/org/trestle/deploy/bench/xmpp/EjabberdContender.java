package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.trestle.deploy.bench.ServerProcess;

/** Debian's ejabberd, with its usual modules and no limits on rates. */
final class EjabberdContender implements XmppContender {
    private static final int CLIENTS = 27222;
    private static final int COMPONENTS = 27223;
    private static final int HTTP = 27280;

    private final Path directory;
    private final ServerProcess process = new ServerProcess();
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean acquainted;

    EjabberdContender(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "ejabberd";
    }

    @Override
    public String version() {
        return ServerProcess.says("dpkg-query", "-W", "-f", "${Version}", "ejabberd");
    }

    @Override
    public void start() throws IOException {
        ServerProcess.anew(directory);
        Files.createDirectories(directory.resolve("spool"));
        Path key = directory.resolve("bench.key");
        Path certificate = directory.resolve("bench.crt");
        Path both = directory.resolve("bench.pem");
        Certificates.make(key, certificate, DOMAIN);
        Certificates.join(key, certificate, both);
        Path config = directory.resolve("ejabberd.yml");
        Files.writeString(config, """
                hosts: ["%1$s"]
                loglevel: warning
                certfiles: ["%2$s"]
                auth_password_format: scram
                api_permissions:
                  "all":
                    from: mod_http_api
                    who: all
                    what: "*"
                listen:
                  - { port: %3$d, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: false,
                      max_stanza_size: 262144, backlog: 1024 }
                  - port: %4$d
                    ip: "127.0.0.1"
                    module: ejabberd_service
                    global_routes: false
                    access: all
                    hosts:
                      "bridge1.%1$s": { password: "%5$s" }
                      "bridge2.%1$s": { password: "%5$s" }
                  - { port: %6$d, ip: "127.0.0.1", module: ejabberd_http, request_handlers: { /api: mod_http_api } }
                shaper_rules: { max_user_sessions: 100000 }
                modules:
                  mod_adhoc: {}
                  mod_admin_extra: {}
                  mod_blocking: {}
                  mod_caps: {}
                  mod_carboncopy: {}
                  mod_client_state: {}
                  mod_disco: {}
                  mod_http_api: {}
                  mod_last: {}
                  mod_offline: {}
                  mod_ping: {}
                  mod_privacy: {}
                  mod_private: {}
                  mod_pubsub: { plugins: [flat, pep] }
                  mod_roster: { versioning: true }
                  mod_stream_mgmt: {}
                  mod_vcard: {}
                  mod_version: {}
                """.formatted(DOMAIN, both, CLIENTS, COMPONENTS, SECRET, HTTP));
        Path log = directory.resolve("log");
        // without its control program, which changes the user and cuts the number of files
        ProcessBuilder builder = new ProcessBuilder(
                "erl",
                "-noinput",
                "-sname",
                "bench@localhost",
                "-pa",
                libraries(),
                "-mnesia",
                "dir",
                "\"" + directory.resolve("spool") + "\"",
                "-ejabberd",
                "config",
                "\"" + config + "\"",
                "-s",
                "ejabberd",
                "+K",
                "true",
                "+P",
                "250000");
        builder.environment().put("EJABBERD_CONFIG_PATH", config.toString());
        builder.environment()
                .put("EJABBERD_LOG_PATH", directory.resolve("ejabberd.log").toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("ERL_MAX_PORTS", "65536");
        process.start(builder, log);
        process.awaitPort(new InetSocketAddress("127.0.0.1", HTTP));
        process.awaitPort(clients());
        process.awaitPort(components());
        acquainted = false;
        for (String name : XmppContender.accounts()) {
            call("register", "{\"user\":\"%s\",\"host\":\"%s\",\"password\":\"%s\"}".formatted(name, DOMAIN, PASSWORD));
        }
    }

    @Override
    public void acquaint() throws IOException {
        if (acquainted) {
            return;
        }
        Path file = directory.resolve("roster");
        for (int i = 0; i < Friends.COUNT; i++) {
            Files.writeString(file, roster(i));
            call(
                    "push_roster",
                    "{\"file\":\"%s\",\"user\":\"%s\",\"host\":\"%s\"}".formatted(file, Friends.name(i), DOMAIN));
        }
        acquainted = true;
    }

    /** An Erlang term as its command reads it: who, where, in which group, under which name. */
    private static String roster(int number) {
        return Friends.of(number).stream()
                .map(contact -> "{\"%s\", \"%s\", \"\", \"\"}".formatted(Friends.name(contact), DOMAIN))
                .collect(Collectors.joining(",\n", "[", "].\n"));
    }

    private static String libraries() throws IOException {
        try (Stream<Path> roots = Files.walk(Path.of("/usr/lib"), 4)) {
            return roots.filter(path -> path.getFileName().toString().matches("ejabberd-[0-9.]+"))
                    .map(path -> path.resolve("ebin"))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IOException("ejabberd is not installed: apt-get install ejabberd"))
                    .toString();
        }
    }

    private void call(String command, String arguments) throws IOException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + HTTP + "/api/" + command))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(arguments))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(command + " " + arguments + ": " + answer.statusCode() + " " + answer.body());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
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
