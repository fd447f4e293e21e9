package org.trestle.node.command;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.trestle.node.command.Answer.Checks.Check;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.settings.NodeState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.xmpp.session.ConflictPolicy;

/** {@code xmpp …}: this node's XMPP server, and what all nodes share of it. */
final class XmppCommands {
    private static final int MOST_MOTD = 2000;

    /** RFC 6120 4.9.3.19: a name or an address, an IPv6 one in brackets, and perhaps a port. */
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

    private final NodeControl node;

    XmppCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("xmpp", "", "shows the configuration and whether XMPP runs", request -> show()),
                new Verb("xmpp status", "", "says whether XMPP runs on this node", request -> status()),
                new Verb("xmpp enable", "", "starts XMPP on this node", request -> enable()),
                new Verb("xmpp disable", "", "stops XMPP on this node; it stays in the cluster", request -> disable()),
                new Verb("xmpp restart", "", "stops and starts XMPP on this node", request -> restart()),
                new Verb(
                        "xmpp reset",
                        "[--force]",
                        "back to a stand-alone node: leaves the cluster, drops call bridges",
                        this::reset),
                new Verb(
                        "xmpp listen",
                        "<interface>…",
                        "addresses or interfaces to listen on; none: as configured",
                        this::listen),
                new Verb(
                        "xmpp certs",
                        "<key-file> [<crt-file>] [<crt-bundle>]",
                        "TLS identity of this node; none: self-signed",
                        this::certs),
                new Verb(
                        "xmpp max_sessions",
                        "<number>",
                        "most sessions of one user at once; none: as configured",
                        this::maxSessions),
                new Verb(
                        "xmpp resource_conflict",
                        "<replace|refuse|rename>",
                        "what a login gets whose resource is taken, on all nodes",
                        this::resourceConflict),
                new Verb(
                        "xmpp drain",
                        "<host>|off",
                        "sends the clients of this node to another host; off: takes them again",
                        this::drain),
                new Verb("xmpp motd add", "<message>…", "sets the message that users get at login", this::motd),
                new Verb("xmpp motd del", "", "removes the message that users get at login", request -> noMotd()));
    }

    private Answer show() {
        NodeControl.Serving serving = node.serving();
        OptionalInt most = node.settings().maxSessions();
        return new Answer.Fields(List.of(
                new Field("Enabled", "enabled", node.state().enabled()),
                new Field("Clustered", "clustered", node.cluster().status().clustered()),
                new Field("Domain", "domain", node.settings().domain()),
                new Field("Listening interfaces", "listeningInterfaces", serving.listening()),
                new Field("Key file", "keyFile", serving.keyFile()),
                new Field("Certificate file", "certificateFile", serving.certificateFile()),
                new Field("CA Bundle file", "bundleFile", serving.bundleFile()),
                new Field("Max sessions per user", "maxSessionsPerUser", most.orElse(node.maxSessions())),
                new Field("STATUS", "status", serving.words())));
    }

    private Answer status() {
        return new Answer.Fields(
                List.of(new Field("STATUS", "status", node.serving().words())));
    }

    private Answer enable() throws ConsoleException {
        List<Check> checks = new ArrayList<>();
        int bridges = node.callBridges().list().size();
        if (bridges > 0) {
            checks.add(new Check(true, "Callbridge activated"));
        }
        String domain = node.settings().domain();
        checks.add(
                domain != null
                        ? new Check(true, "Domain configured")
                        : new Check(false, "Domain not configured: type \"xmpp domain <domain-name>\""));
        node.change(node.state().withEnabled(true));
        checks.add(new Check(true, "Key and certificate pair match"));
        NodeControl.Serving serving = node.serving();
        checks.add(new Check(serving.running(), serving.running() ? "XMPP server enabled" : serving.words()));
        return new Answer.Checks(checks);
    }

    private Answer disable() throws ConsoleException {
        node.change(node.state().withEnabled(false));
        return Done.of("XMPP server disabled");
    }

    private Answer restart() throws ConsoleException {
        if (!node.state().enabled()) {
            throw new ConsoleException("XMPP is disabled on this node; start it with \"xmpp enable\"");
        }
        node.restart();
        return Done.of("XMPP server restarted");
    }

    private Answer reset(Request request) throws ConsoleException {
        if (node.cluster().status().clustered()) {
            Await.membership(node.membership().leave(request.has("--force"), request::progress));
            node.change(node.state().withClustering(false));
            return Done.of(
                    "this node has left its cluster and stands alone; the call bridges and users stay with the cluster");
        }
        for (var bridge : node.callBridges().list()) {
            Await.change(node, node.callBridges().del(bridge.name()));
            request.progress("callbridge " + bridge.name() + " deleted");
        }
        node.change(node.state().withClustering(false));
        return Done.of("this node stands alone and has no call bridges");
    }

    private Answer listen(Request request) throws ConsoleException {
        List<String> interfaces =
                request.arguments().equals(List.of("none")) ? List.of() : List.copyOf(request.arguments());
        node.change(node.state().withListen(interfaces));
        return Done.of("listening on " + String.join(" ", node.serving().listening()));
    }

    private Answer certs(Request request) throws ConsoleException, java.io.IOException {
        if (request.argument(0).equals("none")) {
            node.change(node.state().withCertificate(null));
            return Done.of("this node uses its own self-signed certificate: "
                    + node.serving().certificateFile());
        }
        String certificate = request.argumentOrNull(1);
        if (certificate == null) {
            throw new ConsoleException("something is missing; usage: xmpp certs <key-file> <crt-file> [<crt-bundle>]");
        }
        Files files = new Files(node.files(), request.terminal());
        String bundle = request.argumentOrNull(2);
        Files.Content key = files.find(request.argument(0));
        Files.Content chain = files.find(certificate);
        Files.Content others = bundle == null ? null : files.find(bundle);
        try {
            if (!Certificates.match(
                    Pem.key(key.name(), key.bytes()),
                    Pem.certificates(chain.name(), chain.bytes()).get(0).getPublicKey())) {
                throw new ConsoleException("the key " + key.name() + " does not belong to the certificate "
                        + chain.name() + "; nothing was changed");
            }
            if (others != null) {
                Pem.certificates(others.name(), others.bytes());
            }
            files.keep(key);
            files.keep(chain);
            if (others != null) {
                files.keep(others);
            }
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
        node.change(node.state()
                .withCertificate(
                        new NodeState.Certificate(key.name(), chain.name(), others == null ? null : others.name())));
        return Done.of("Key and certificate pair match");
    }

    private Answer maxSessions(Request request) throws ConsoleException {
        String word = request.argument(0);
        if (word.equals("none")) {
            Await.change(node, node.settings().maxSessions(OptionalInt.empty()));
            return Done.of("Max sessions per user: " + node.maxSessions() + ", as configured");
        }
        int most = number(word);
        Await.change(node, node.settings().maxSessions(OptionalInt.of(most)));
        return Done.of("Max sessions per user: " + most);
    }

    private Answer resourceConflict(Request request) throws ConsoleException {
        ConflictPolicy policy = ConflictPolicy.of(request.argument(0));
        if (policy == null) {
            throw new ConsoleException("\"" + request.argument(0)
                    + "\" is none of replace (the older session ends), refuse (the newer one is"
                    + " refused) and rename (the newer one gets another resource)");
        }
        Await.change(node, node.settings().resourceConflict(policy.word()));
        return Done.of("a login whose resource is taken: " + policy.word());
    }

    private Answer drain(Request request) throws ConsoleException {
        String host = request.argument(0);
        if (host.equals("off")) {
            node.drain(null);
            return Done.of("this node takes clients again");
        }
        if (!HOST.matcher(host).matches()) {
            throw new ConsoleException("\"" + host
                    + "\" is no host, such as xmpp2.example.com, xmpp2.example.com:5224 or [2001:db8::2]:5222");
        }
        if (isThisNode(host)) {
            throw new ConsoleException(host + " is this node; name another one (\"xmpp cluster status\" lists them)");
        }
        node.drain(host);
        return Done.of("clients of this node are sent to " + host + " until \"xmpp drain off\"");
    }

    /** Whether clients reach this very node there, as far as the node knows. */
    private boolean isThisNode(String host) {
        int colon = host.startsWith("[") ? host.indexOf("]:") + 1 : host.lastIndexOf(':');
        String name =
                (colon > 0 ? host.substring(0, colon) : host).replace("[", "").replace("]", "");
        String port = colon > 0 ? host.substring(colon + 1) : "5222";
        return node.cluster().status().peers().stream()
                .filter(peer -> peer.id().equals(node.cluster().self()))
                .anyMatch(peer -> peer.client().host().equalsIgnoreCase(name)
                        && Integer.toString(peer.client().port()).equals(port));
    }

    private static int number(String word) throws ConsoleException {
        try {
            int number = Integer.parseInt(word);
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new ConsoleException(
                    "\"" + word + "\" is no number; usage: xmpp max_sessions <number>, or none", notANumber);
        }
        throw new ConsoleException("a user needs at least 1 session, not " + word);
    }

    private Answer motd(Request request) throws ConsoleException {
        String message = String.join(" ", request.arguments());
        if (message.length() > MOST_MOTD) {
            throw new ConsoleException(
                    "the message has " + message.length() + " characters; " + MOST_MOTD + " are allowed");
        }
        Await.change(node, node.settings().motd(message));
        return Done.of("message set");
    }

    private Answer noMotd() throws ConsoleException {
        Await.change(node, node.settings().motd(null));
        return Done.of("message removed");
    }
}
