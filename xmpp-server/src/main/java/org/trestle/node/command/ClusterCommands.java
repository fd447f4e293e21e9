package org.trestle.node.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.shell.ConsoleException;

/** {@code xmpp cluster …}: forming, joining, leaving and watching the cluster. */
final class ClusterCommands {
    private static final int CLUSTER_PORT = 5290;
    private static final Duration INVITATION = Duration.ofMinutes(30);
    private static final Duration LONGEST_INVITATION = Duration.ofDays(7);
    private static final String FORCE = "--force";
    private static final String VALID = "--valid";

    private final NodeControl node;

    ClusterCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("xmpp cluster status", "", "shows the cluster as this node sees it", request -> status()),
                new Verb(
                        "xmpp cluster fingerprint",
                        "",
                        "shows what this node's copy of the state comes to; equal on all nodes",
                        request -> new FingerprintAnswer(node.cluster().fingerprint())),
                new Verb(
                        "xmpp cluster enable",
                        "",
                        "allows clustering; initialize and join do so themselves",
                        request -> enable()),
                new Verb("xmpp cluster disable", "[--force]", "leaves the cluster; the node stands alone", this::leave),
                new Verb("xmpp cluster initialize", "", "makes this node the first one of a cluster", this::initialize),
                new Verb(
                        "xmpp cluster invite",
                        "[--valid MINUTES]",
                        "prints a token with which one node may join",
                        this::invite),
                new Verb(
                        "xmpp cluster join",
                        "<address> [<token>] [--force]",
                        "joins the cluster of any member",
                        this::join),
                new Verb(
                        "xmpp cluster remove",
                        "[<node>] [--force]",
                        "this node leaves, or a dead node is removed",
                        this::remove),
                new Verb("xmpp cluster trust", "<bundle>", "lets the holders of these certificates join", this::trust));
    }

    private Answer status() {
        return new ClusterStatusAnswer(node.cluster().status());
    }

    private Answer enable() throws ConsoleException {
        node.change(node.state().withClustering(true));
        return Done.of(
                node.cluster().status().clustered()
                        ? "clustering enabled; this node is a member of a cluster"
                        : "clustering enabled; next: \"xmpp cluster initialize\" on the first node, "
                                + "\"xmpp cluster join <address> <token>\" on the others");
    }

    private Answer initialize(Request request) throws ConsoleException {
        int before = node.cluster().status().clustered()
                ? node.cluster().status().peers().size()
                : 1;
        Await.membership(node.membership().initialize(request::progress));
        node.change(node.state().withClustering(true));
        return Done.of(
                (before > 1 ? "this node is in a cluster of " + before : "this node is the first one of a cluster")
                        + "; \"xmpp cluster invite\" prints what the next one needs");
    }

    private Answer invite(Request request) throws ConsoleException {
        Membership.Invitation invitation = Await.change(node, node.membership().invite(validity(request)));
        NodeAddress address = node.cluster().status().peers().stream()
                .filter(peer -> peer.id().equals(node.cluster().self()))
                .map(ClusterStatus.Peer::cluster)
                .findFirst()
                .orElseThrow(
                        () -> new ConsoleException("this node is on its way into a cluster; try again in a moment"));
        return new Answer.Fields(List.of(
                new Field("Token", "token", invitation.token()),
                new Field("Valid until", "validUntil", invitation.expires().truncatedTo(ChronoUnit.SECONDS)),
                new Field(
                        "Type on the new node", "command", "xmpp cluster join " + address + " " + invitation.token())));
    }

    private static Duration validity(Request request) throws ConsoleException {
        String minutes = request.option(VALID);
        if (minutes == null) {
            return INVITATION;
        }
        try {
            Duration validity = Duration.ofMinutes(Long.parseLong(minutes));
            if (validity.compareTo(Duration.ZERO) > 0 && validity.compareTo(LONGEST_INVITATION) <= 0) {
                return validity;
            }
        } catch (NumberFormatException | ArithmeticException notANumber) {
            throw new ConsoleException("\"" + minutes + "\" is no number of minutes", notANumber);
        }
        throw new ConsoleException(
                "a token is valid for 1 to " + LONGEST_INVITATION.toMinutes() + " minutes, not " + minutes);
    }

    private Answer join(Request request) throws ConsoleException, IOException {
        NodeAddress member;
        try {
            member = NodeAddress.parse(request.argument(0), CLUSTER_PORT);
        } catch (IllegalArgumentException notAnAddress) {
            throw new ConsoleException(
                    notAnAddress.getMessage() + "; usage: xmpp cluster join <address> <token>", notAnAddress);
        }
        String token = request.argumentOrNull(1);
        if (token != null && token.equals("-")) {
            token = new String(request.terminal().file("-"), StandardCharsets.UTF_8).strip();
        }
        Await.membership(
                node.membership().join(member, token == null ? "" : token, request.has(FORCE), request::progress));
        node.change(node.state().withClustering(true));
        ClusterStatus status = node.cluster().status();
        return Done.of("this node is a member and votes; the cluster has " + status.voters() + " voting nodes");
    }

    private Answer leave(Request request) throws ConsoleException {
        if (!node.cluster().status().clustered()) {
            node.change(node.state().withClustering(false));
            return Done.of("this node is in no cluster; clustering disabled");
        }
        Await.membership(node.membership().leave(request.has(FORCE), request::progress));
        node.change(node.state().withClustering(false));
        return Done.of("this node has left its cluster and stands alone");
    }

    private Answer remove(Request request) throws ConsoleException {
        String name = request.argumentOrNull(0);
        if (name == null) {
            return leave(request);
        }
        Membership.Former former = former(name);
        if (former != null) {
            Await.membership(node.membership().remove(former.id(), true, request::progress));
            return Done.of("node " + former.name() + " (" + former.id() + ") is no member; it was removed at "
                    + former.removed().truncatedTo(ChronoUnit.SECONDS));
        }
        ClusterStatus.Peer peer = peer(name);
        if (peer.id().equals(node.cluster().self())) {
            return leave(request);
        }
        Await.membership(node.membership().remove(peer.id(), request.has(FORCE), request::progress));
        return Done.of("node " + peer.name() + " (" + peer.id() + ") is no member any more");
    }

    /** The node of that id or name that is a member no more, unless a member is called so; null when there is none. */
    private Membership.@Nullable Former former(String text) {
        boolean member = node.cluster().status().peers().stream()
                .anyMatch(peer -> peer.name().equals(text) || peer.id().value().equals(text));
        return node.membership().former().stream()
                .filter(gone -> !member
                        && (gone.name().equals(text) || gone.id().value().equals(text)))
                .findFirst()
                .orElse(null);
    }

    /** The member that an operator means: by name, id or the beginning of one, address, or address and port. */
    private ClusterStatus.Peer peer(String text) throws ConsoleException {
        List<ClusterStatus.Peer> peers = node.cluster().status().peers();
        List<ClusterStatus.Peer> found = peers.stream()
                .filter(peer -> peer.name().equals(text)
                        || peer.id().value().startsWith(text)
                        || peer.client().host().equals(text)
                        || peer.client().toString().equals(text)
                        || peer.cluster().toString().equals(text))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        String all = String.join(
                ", ",
                peers.stream().map(peer -> peer.name() + " (" + peer.id() + ")").toList());
        throw new ConsoleException(
                found.isEmpty()
                        ? "there is no member \"" + text + "\"; members: " + all
                        : "\"" + text + "\" is more than one member; name it by its id: " + all);
    }

    private Answer trust(Request request) throws ConsoleException, IOException {
        Files.Content bundle = new Files(node.files(), request.terminal()).find(request.argument(0));
        Await.change(node, node.membership().trust(new String(bundle.bytes(), StandardCharsets.US_ASCII)));
        return Done.of("the certificates of " + bundle.name() + " are trusted");
    }
}
