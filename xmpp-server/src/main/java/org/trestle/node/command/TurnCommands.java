package org.trestle.node.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.command.TurnControl.Relaying;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.RelayAddress;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.StaticUser;

/** {@code turn …}: the relay of this node. Where it is reached is in {@link TurnPlaceCommands}, who may use
 * it in {@link TurnCredentialCommands}. */
final class TurnCommands {
    /** How long {@code turn disable} waits for allocations to end unless told otherwise. */
    private static final Duration USUAL_DRAIN = Duration.ofHours(1);

    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);
    private static final String NOW = "--now";
    private static final String WAIT = "--wait";

    private final NodeControl node;
    private final TurnChange change;

    TurnCommands(NodeControl node) {
        this.node = node;
        this.change = new TurnChange(node);
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
                new Field(
                        "Short term credentials",
                        "shortTermCredentials",
                        book.newest() == null || !book.timeLimited() ? "disabled" : "enabled"),
                new Field(
                        "Shared secret",
                        "epoch",
                        book.newest() == null ? null : "epoch " + book.newest().epoch()),
                new Field("Realm", "realm", node.turn().realm()),
                new Field("Public IP", "publicIp", now.publicAddress()),
                new Field("High Capacity Mode", "highCapacityMode", "enabled"),
                new Field("Relay address", "relayAddress", now.relayAddress()),
                new Field("Relay ports", "relayPorts", now.relayPorts()),
                new Field("Port", "port", now.port()),
                new Field("TLS port", "tlsPort", now.tlsPort() == 0 ? null : now.tlsPort())));
        if (now.sharedPort() != 0) {
            fields.add(new Field("Shared port", "sharedPort", now.sharedPort()));
        }
        fields.add(new Field("TLS cert", "certificate", now.certificateFile()));
        fields.add(new Field("TLS key", "key", now.keyFile()));
        fields.add(new Field("TLS bundle", "bundle", now.bundleFile()));
        fields.add(new Field("Listen interface", "listen", new Answer.Each(now.listening())));
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
            blocks.add(relay(known));
        }
        return new Answer.Blocks("relays", blocks, "no node relays; start one with \"turn enable\"");
    }

    private static Answer.Fields relay(TurnControl.Known known) {
        RelayAddress relay = known.relay();
        List<Field> fields = new ArrayList<>(List.of(
                new Field("Node", "node", known.node()),
                new Field("Address", "address", relay.host()),
                new Field("Port", "port", relay.port()),
                new Field("TLS port", "tlsPort", relay.tlsPort() == 0 ? null : relay.tlsPort())));
        if (relay.sharedPort() != 0) {
            fields.add(new Field("Shared port", "sharedPort", relay.sharedPort()));
        }
        fields.add(new Field("Load", "load", relay.load() + " %"));
        fields.add(new Field(
                "STATUS",
                "status",
                !known.alive() ? "its node is down" : relay.taking() ? "relaying" : "takes no new allocations"));
        return new Answer.Fields(fields);
    }

    private Answer enable() throws ConsoleException {
        change.to(change.now().withEnabled(true));
        node.turn().resume();
        Await.everywhere(node);
        Relaying now = node.turn().relaying();
        if (!now.running()) {
            throw new ConsoleException(now.words());
        }
        return Done.of("TURN server enabled on " + String.join(" ", now.listening()));
    }

    private Answer disable(Request request) throws ConsoleException {
        if (request.has(NOW) && request.option(WAIT) != null) {
            throw new ConsoleException("--now does not wait, and --wait does; type one of them; nothing was changed");
        }
        Duration wait = request.has(NOW) ? Duration.ZERO : wait(request);
        change.to(change.now().withEnabled(false));
        node.turn().drain(wait);
        return drained(
                "TURN server disabled",
                "the relay is disabled, now and when the node starts",
                "\"turn disable --now\" ends them, \"turn enable\" takes it back");
    }

    private Answer drain(Request request) throws ConsoleException {
        Duration wait = wait(request);
        if (!node.turn().relaying().running()) {
            throw new ConsoleException(node.turn().relaying().words());
        }
        node.turn().drain(wait);
        return drained(
                "TURN server stopped until \"turn enable\" or the next start of the node",
                "the relay is drained, until \"turn enable\" or the next start of the node",
                "\"turn drain --wait 0s\" ends them");
    }

    private Answer drained(String stopped, String begun, String more) throws ConsoleException {
        Await.everywhere(node);
        Relaying now = node.turn().relaying();
        if (!now.running()) {
            return Done.of(stopped);
        }
        return Done.of(begun + ": it takes no new allocations; " + now.allocations()
                + " remain, and it stops when they have ended, at " + now.deadline() + " at the latest. " + more);
    }

    private static Duration wait(Request request) throws ConsoleException {
        String text = request.option(WAIT);
        return text == null ? USUAL_DRAIN : TimeWord.read(text, LONGEST_DRAIN);
    }

    private Answer restart() throws ConsoleException {
        if (!node.turn().enabled()) {
            throw new ConsoleException("the relay is disabled on this node; start it with \"turn enable\"");
        }
        node.turn().restart();
        Await.everywhere(node);
        return Done.of("TURN server restarted");
    }

    private Answer probe(Request request) throws ConsoleException {
        Freshness.await(node, request);
        String from = request.argumentOrNull(0);
        String to = request.argumentOrNull(1);
        return new TurnProbes(node.turn().probe(from == null ? "" : from, to == null ? "" : to));
    }
}
