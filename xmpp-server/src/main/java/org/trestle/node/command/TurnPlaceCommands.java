package org.trestle.node.command;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.settings.NodeState;
import org.trestle.node.shell.ConsoleException;

/** {@code turn listen}, {@code tls}, {@code certs}, {@code public-ip}: where clients reach the relay of this node. */
final class TurnPlaceCommands {
    private final NodeControl node;
    private final TurnChange change;

    TurnPlaceCommands(NodeControl node) {
        this.node = node;
        this.change = new TurnChange(node);
    }

    List<Verb> verbs() {
        return List.of(
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
                        "key and certificate of the relay in PEM, files here or of \"pki list\"; none: those of the node",
                        this::certs),
                new Verb(
                        "turn public-ip",
                        "<address>",
                        "the address that clients see behind a 1:1 NAT; none: the relay's own",
                        this::publicIp),
                new Verb(
                        "turn high_capacity_mode",
                        "<enable|disable>",
                        "for scripts of older consoles: the relay uses every core, always",
                        this::capacity),
                new Verb("turn delete public-ip", "", "like turn public-ip none", request -> publicAddress("")));
    }

    private Answer listen(Request request) throws ConsoleException {
        boolean none = request.arguments().equals(List.of("none"));
        if (request.arguments().isEmpty()) {
            throw new ConsoleException("something is missing; usage: turn listen <interface>…");
        }
        String ended = change.to(change.now().withListen(none ? null : request.arguments()));
        return Done.of("listening on " + String.join(" ", node.turn().relaying().listening()) + ended);
    }

    private Answer tls(Request request) throws ConsoleException {
        String word = request.argument(0);
        if (word.equals("none")) {
            String ended = change.to(change.now().withTlsPort(0));
            return Done.of(
                    "no port of its own for TLS; port " + node.turn().relaying().port() + " takes TLS too" + ended);
        }
        int port = port(word);
        String ended = change.to(change.now().withTlsPort(port));
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

    private Answer capacity(Request request) throws ConsoleException {
        if (Switch.read(request)) {
            return Done.of("the relay uses every core of this machine, always");
        }
        throw new ConsoleException("the relay uses every core of this machine, always, and has no other mode;"
                + " trestle.turn.quotas limits what it takes; nothing was changed");
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
        if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
            throw new ConsoleException(word + " cannot be reached from other networks; nothing was changed");
        }
        return publicAddress(word);
    }

    private Answer publicAddress(String address) throws ConsoleException {
        String ended = change.to(change.now().withPublicAddress(address));
        return Done.of((address.isEmpty() ? "clients see the relay's own address" : "clients see " + address) + ended);
    }

    private Answer certs(Request request) throws ConsoleException, IOException {
        if (request.argument(0).equals("none")) {
            change.to(change.now().withCertificate(null));
            return Done.of("the relay uses the certificate of the node: "
                    + node.turn().relaying().certificateFile());
        }
        String certificate = request.argumentOrNull(1);
        if (certificate == null) {
            throw new ConsoleException(
                    "the certificate is missing; usage: turn certs <key-file> <crt-file> [<crt-bundle>], or turn certs none");
        }
        String bundle = request.argumentOrNull(2);
        Files files = new Files(node.files(), request.terminal());
        List<Files.Content> found = new ArrayList<>(List.of(files.find(request.argument(0)), files.find(certificate)));
        if (bundle != null) {
            found.add(files.find(bundle));
        }
        keep(files, found);
        change.to(change.now()
                .withCertificate(new NodeState.Certificate(
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
}
