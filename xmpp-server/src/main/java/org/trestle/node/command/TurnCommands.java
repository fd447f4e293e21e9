package org.trestle.node.command;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.command.TurnControl.Relaying;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.StaticUser;

/** {@code turn …}: the relay of this node. Who may use it is in {@link TurnCredentialCommands}. */
final class TurnCommands {
    /** How long {@code turn disable} waits for allocations to end unless told otherwise. */
    private static final Duration USUAL_DRAIN = Duration.ofHours(1);

    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);
    private static final String NOW = "--now";
    private static final String WAIT = "--wait";

    private final NodeControl node;

    TurnCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("turn", "", "shows how this node's relay is configured", request -> show()),
                new Verb("turn status", "", "shows what it does and how it is used", request -> status()),
                new Verb(
                        "turn refusals",
                        "",
                        "shows who was refused on this node and the true cause",
                        request -> new TurnRefusals(node.turn().journal().refusals())),
                new Verb("turn relays", "", "lists the relays of the cluster", this::relays),
                new Verb("turn enable", "", "starts the relay of this node", request -> enable()),
                new Verb(
                        "turn disable",
                        "[--wait TIME] [--now]",
                        "takes no new allocations, and stops when the last has ended (at most 1 h, or TIME)",
                        this::disable),
                new Verb(
                        "turn drain",
                        "[--wait TIME]",
                        "like disable, but the relay starts again with the node",
                        this::drain),
                new Verb("turn restart", "", "stops the relay and starts it again: allocations end", r -> restart()),
                new Verb(
                        "turn listen",
                        "<interface>…",
                        "listens on these interfaces or addresses; none: as configured",
                        this::listen),
                new Verb(
                        "turn tls",
                        "<port>",
                        "takes TLS and DTLS on this port; none: on no port of their own",
                        this::tls),
                new Verb(
                        "turn certs",
                        "<key-file> [<crt-file>] [<crt-bundle>]",
                        "installs key and certificate of the relay; none: those of the node",
                        this::certs),
                new Verb(
                        "turn public-ip",
                        "<address>",
                        "the address that clients see behind a 1:1 NAT; none: the relay's own",
                        this::publicIp),
                new Verb("turn delete public-ip", "", "like turn public-ip none", request -> publicAddress("")),
                new Verb(
                        "turn probe",
                        "[<from-node>] [<to-node>]",
                        "relays through two relays of the cluster and says what became of it",
                        this::probe));
    }

    private Answer show() {
        Relaying now = node.turn().relaying();
        CredentialBook book = node.turn().shared().book();
        List<String> users =
                book.users().values().stream().map(StaticUser::name).sorted().toList();
        List<Field> fields = new ArrayList<>(List.of(
                new Field("Enabled", "enabled", node.turn().enabled()),
                new Field("Username", "users", users),
                new Field("Password", "password", users.isEmpty() ? null : "hidden"),
                new Field("Short term credentials", "shortTermCredentials", book.newest() == null ? "none" : "enabled"),
                new Field(
                        "Shared secret",
                        "epoch",
                        book.newest() == null ? null : "epoch " + book.newest().epoch()),
                new Field("Realm", "realm", node.turn().realm()),
                new Field("Public IP", "publicIp", now.publicAddress()),
                new Field("Relay address", "relayAddress", now.relayAddress()),
                new Field("Relay ports", "relayPorts", now.relayPorts()),
                new Field("Port", "port", now.port()),
                new Field("TLS port", "tlsPort", now.tlsPort() == 0 ? null : now.tlsPort()),
                new Field("TLS cert", "certificate", now.certificateFile()),
                new Field("TLS key", "key", now.keyFile()),
                new Field("TLS bundle", "bundle", now.bundleFile())));
        fields.add(new Field("Listen interface", "listen", now.listening()));
        fields.add(new Field("STATUS", "status", now.words()));
        return new Answer.Fields(fields);
    }

    private Answer status() throws ConsoleException {
        Relaying now = node.turn().relaying();
        Map<String, RefusalCount> refused = RefusalCount.of(node.turn().usage());
        return new TurnStatus(
                now,
                node.turn().usage(),
                List.copyOf(refused.values()),
                node.turn().journal().keys());
    }

    private Answer relays(Request request) {
        Freshness.await(node, request);
        List<Answer.Fields> blocks = new ArrayList<>();
        for (TurnControl.Known known : node.turn().relays()) {
            blocks.add(new Answer.Fields(List.of(
                    new Field("Node", "node", known.node()),
                    new Field("Address", "address", known.relay().host()),
                    new Field("Port", "port", known.relay().port()),
                    new Field(
                            "TLS port",
                            "tlsPort",
                            known.relay().tlsPort() == 0 ? null : known.relay().tlsPort()),
                    new Field("Load", "load", known.relay().load() + " %"),
                    new Field(
                            "STATUS",
                            "status",
                            !known.alive()
                                    ? "its node is down"
                                    : known.relay().taking() ? "relaying" : "takes no new allocations"))));
        }
        return new Answer.Blocks("relays", blocks, "no node relays; start one with \"turn enable\"");
    }

    private Answer enable() throws ConsoleException {
        change(turn().withEnabled(true));
        node.turn().resume();
        Relaying now = node.turn().relaying();
        if (!now.running()) {
            throw new ConsoleException(now.words());
        }
        return Done.of("TURN server enabled on " + String.join(" ", now.listening()));
    }

    private Answer disable(Request request) throws ConsoleException {
        Duration wait = request.has(NOW) ? Duration.ZERO : wait(request);
        change(turn().withEnabled(false));
        node.turn().drain(wait);
        return drained("TURN server disabled");
    }

    private Answer drain(Request request) throws ConsoleException {
        Duration wait = wait(request);
        if (!node.turn().relaying().running()) {
            throw new ConsoleException(node.turn().relaying().words());
        }
        node.turn().drain(wait);
        return drained("TURN server stopped until \"turn enable\" or the next start of the node");
    }

    private Answer drained(String stopped) {
        Relaying now = node.turn().relaying();
        if (!now.running()) {
            return Done.of(stopped);
        }
        return Done.of("the relay takes no new allocations; " + now.allocations()
                + " remain, and it stops when they have ended, at " + now.deadline()
                + " at the latest. \"turn disable --now\" ends them, \"turn enable\" takes it back");
    }

    private static Duration wait(Request request) throws ConsoleException {
        String text = request.option(WAIT);
        return text == null ? USUAL_DRAIN : time(text, LONGEST_DRAIN);
    }

    /** Reads {@code 90s}, {@code 10m}, {@code 2h}. */
    static Duration time(String text, Duration most) throws ConsoleException {
        try {
            Duration time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (!time.isNegative() && time.compareTo(most) <= 0) {
                return time;
            }
        } catch (DateTimeParseException notATime) {
            throw new ConsoleException("\"" + text + "\" is no time; write it as 90s, 10m or 2h", notATime);
        }
        throw new ConsoleException("\"" + text + "\" is too long; at most " + most.toHours() + "h");
    }

    private Answer restart() throws ConsoleException {
        if (!node.turn().enabled()) {
            throw new ConsoleException("the relay is disabled on this node; start it with \"turn enable\"");
        }
        node.turn().restart();
        return Done.of("TURN server restarted");
    }

    private Answer listen(Request request) throws ConsoleException {
        boolean none = request.arguments().equals(List.of("none"));
        if (request.arguments().isEmpty()) {
            throw new ConsoleException("something is missing; usage: turn listen <interface>…");
        }
        String ended = change(turn().withListen(none ? null : request.arguments()));
        return Done.of("listening on " + String.join(" ", node.turn().relaying().listening()) + ended);
    }

    private Answer tls(Request request) throws ConsoleException {
        String word = request.argument(0);
        if (word.equals("none")) {
            String ended = change(turn().withTlsPort(0));
            return Done.of(
                    "no port of its own for TLS; port " + node.turn().relaying().port() + " takes TLS too" + ended);
        }
        int port = port(word);
        String ended = change(turn().withTlsPort(port));
        return Done.of("TLS and DTLS on port " + port + ended);
    }

    private static int port(String word) throws ConsoleException {
        try {
            int port = Integer.parseInt(word);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            throw new ConsoleException("\"" + word + "\" is no port; usage: turn tls <port>, or none", notANumber);
        }
        throw new ConsoleException("a port is 1 to 65535, not " + word);
    }

    private Answer publicIp(Request request) throws ConsoleException {
        String word = request.argument(0);
        if (word.equals("none")) {
            return publicAddress("");
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(word);
        if (address == null) {
            throw new ConsoleException("\"" + word + "\" is no IPv4 or IPv6 address; names are not looked up");
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new ConsoleException(word + " is no address of one machine; nothing was changed");
        }
        return publicAddress(word);
    }

    private Answer publicAddress(String address) throws ConsoleException {
        String ended = change(turn().withPublicAddress(address));
        return Done.of((address.isEmpty() ? "clients see the relay's own address" : "clients see " + address) + ended);
    }

    private Answer certs(Request request) throws ConsoleException, IOException {
        if (request.argument(0).equals("none")) {
            change(turn().withCertificate(null));
            return Done.of("the relay uses the certificate of the node: "
                    + node.turn().relaying().certificateFile());
        }
        String certificate = request.argumentOrNull(1);
        if (certificate == null) {
            throw new ConsoleException("something is missing; usage: turn certs <key-file> <crt-file> [<crt-bundle>]");
        }
        String bundle = request.argumentOrNull(2);
        Files files = new Files(node.files(), request.terminal());
        List<Files.Content> found = new ArrayList<>(List.of(files.find(request.argument(0)), files.find(certificate)));
        if (bundle != null) {
            found.add(files.find(bundle));
        }
        keep(files, found);
        change(turn().withCertificate(new NodeState.Certificate(
                found.get(0).name(),
                found.get(1).name(),
                bundle == null ? null : found.get(2).name())));
        return Done.of("Key and certificate pair match");
    }

    private static void keep(Files files, List<Files.Content> found) throws ConsoleException {
        Files.Content key = found.get(0);
        Files.Content chain = found.get(1);
        try {
            if (!Certificates.match(
                    Pem.key(key.name(), key.bytes()),
                    Pem.certificates(chain.name(), chain.bytes()).get(0).getPublicKey())) {
                throw new ConsoleException("the key " + key.name() + " does not belong to the certificate "
                        + chain.name() + "; nothing was changed");
            }
            for (Files.Content content : found.subList(2, found.size())) {
                Pem.certificates(content.name(), content.bytes());
            }
            for (Files.Content content : found) {
                files.keep(content);
            }
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
    }

    private Answer probe(Request request) throws ConsoleException {
        String from = request.argumentOrNull(0);
        String to = request.argumentOrNull(1);
        return new TurnProbes(node.turn().probe(from == null ? "" : from, to == null ? "" : to));
    }

    private TurnState turn() {
        return node.state().turn();
    }

    /** Changes the relay; returns words about the calls that this has ended, empty when there were none. */
    private String change(TurnState after) throws ConsoleException {
        if (after.equals(turn()) && node.turn().relaying().running()) {
            return "";
        }
        int before = node.turn().relaying().allocations();
        node.change(node.state().withTurn(after));
        int ended = before - node.turn().relaying().allocations();
        return ended <= 0 ? "" : "; the relay was started again for that, which ended " + ended + " allocations";
    }
}
