package org.trestle.node.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.trestle.auth.callbridge.CallBridge;
import org.trestle.auth.callbridge.Secret;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.settings.HostedDomain;
import org.trestle.node.shell.ConsoleException;

/** {@code xmpp callbridge …}: which call bridges may connect, to any node. */
final class CallBridgeCommands {
    private static final String SHOW = "--show-secrets";
    private static final String SECRET_FILE = "--secret-file";

    private final NodeControl node;

    CallBridgeCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb(
                        "xmpp callbridge add", "<name>", "lets a call bridge connect, and makes its secret", this::add),
                new Verb(
                        "xmpp callbridge add-secret",
                        "<name> [--secret-file FILE]",
                        "lets a call bridge connect with a secret that it has; asks for it",
                        this::addSecret),
                new Verb("xmpp callbridge del", "<name>", "revokes a call bridge and ends its connections", this::del),
                new Verb(
                        "xmpp callbridge grant",
                        "<name>",
                        "lets a call bridge manage users, guests among them",
                        this::grant),
                new Verb("xmpp callbridge withdraw", "<name>", "takes that back", this::withdraw),
                new Verb(
                        "xmpp callbridge list",
                        "[--show-secrets]",
                        "lists the call bridges with fingerprints of their secrets",
                        this::list));
    }

    private Answer add(Request request) throws ConsoleException {
        notADomain(request.argument(0));
        CallBridge bridge = Await.change(node, node.callBridges().add(request.argument(0)));
        return new Answer.Fields(fields(bridge, true, false));
    }

    private Answer addSecret(Request request) throws ConsoleException, IOException {
        String text = request.secret(SECRET_FILE, "callbridge secret", false);
        Secret secret;
        try {
            secret = Secret.of(text);
        } catch (IllegalArgumentException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
        notADomain(request.argument(0));
        CallBridge bridge = Await.change(node, node.callBridges().addSecret(request.argument(0), secret));
        return Done.of("callbridge " + bridge.name() + " has the secret with the fingerprint " + bridge.fingerprint());
    }

    /** A call bridge of this name would have the address of a domain that the server answers for itself. */
    private void notADomain(String name) throws ConsoleException {
        List<String> domains =
                node.settings().domains().stream().map(HostedDomain::name).toList();
        for (String domain : domains) {
            String address = name + "." + domain;
            if (domains.contains(address)) {
                throw new ConsoleException(address + " is a domain that this server serves; choose another name, or "
                        + "\"xmpp multi_domain del " + address + "\" first");
            }
        }
    }

    private Answer del(Request request) throws ConsoleException {
        Await.change(node, node.callBridges().del(request.argument(0)));
        return Done.of("callbridge " + request.argument(0) + " deleted");
    }

    private Answer grant(Request request) throws ConsoleException {
        Await.change(node, node.callBridges().grant(request.argument(0), true));
        return Done.of("callbridge " + request.argument(0) + " may manage users (XEP-0133)");
    }

    private Answer withdraw(Request request) throws ConsoleException {
        Await.change(node, node.callBridges().grant(request.argument(0), false));
        return Done.of("callbridge " + request.argument(0) + " may manage users no longer");
    }

    private Answer list(Request request) {
        Freshness.await(node, request);
        List<Answer.Fields> blocks = node.callBridges().list().stream()
                .map(bridge -> new Answer.Fields(fields(bridge, request.has(SHOW), true)))
                .toList();
        return new Answer.Blocks("callbridges", blocks, "no call bridges; add one with \"xmpp callbridge add <name>\"");
    }

    private List<Field> fields(CallBridge bridge, boolean secret, boolean fingerprint) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("Callbridge", "callbridge", bridge.name()));
        fields.add(new Field("Domain", "domain", node.settings().domain()));
        if (secret) {
            fields.add(new Field("Secret", "secret", bridge.secret().reveal()));
        }
        if (fingerprint) {
            fields.add(new Field("Fingerprint", "fingerprint", bridge.fingerprint()));
        }
        if (node.callBridges().isGranted(bridge.name())) {
            fields.add(new Field("Manages users", "managesUsers", true));
        }
        return fields;
    }
}
