package org.trestle.node.command;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.command.Answer.Field;
import org.trestle.node.shell.ConsoleException;

/** {@code xmpp registration} and {@code xmpp contact}: what strangers may do, and whom they may write to. */
final class ServiceCommands {
    private static final List<String> ROLES =
            List.of("abuse", "admin", "feedback", "sales", "security", "status", "support");

    private final NodeControl node;

    ServiceCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("xmpp registration", "", "shows whether people may make accounts themselves", this::show),
                new Verb(
                        "xmpp registration enable",
                        "",
                        "lets people make accounts themselves (XEP-0077)",
                        request -> registration(true)),
                new Verb("xmpp registration disable", "", "takes that back", request -> registration(false)),
                new Verb(
                        "xmpp contact set",
                        "<role> <address>…",
                        "addresses that are published for a role, such as abuse mailto:abuse@example.com",
                        this::contact),
                new Verb("xmpp contact del", "<role>", "publishes no address for a role", this::noContact),
                new Verb("xmpp contact list", "", "lists the published addresses", this::contacts));
    }

    private Answer show(Request request) {
        Freshness.await(node, request);
        return new Answer.Fields(List.of(
                new Field("Registration", "registration", node.settings().registration())));
    }

    private Answer registration(boolean open) throws ConsoleException {
        Await.change(node, node.settings().registration(open));
        return Done.of(
                open
                        ? "people may make accounts themselves"
                        : "only administrators, granted call bridges and the console make accounts");
    }

    private Answer contact(Request request) throws ConsoleException {
        String role = role(request);
        List<String> addresses =
                request.arguments().subList(1, request.arguments().size());
        for (String address : addresses) {
            check(address);
        }
        Await.change(node, node.settings().contact(role, addresses));
        return Done.of("published for " + role + ": " + String.join(" ", addresses));
    }

    private static void check(String address) throws ConsoleException {
        try {
            if (new URI(address).isAbsolute()) {
                return;
            }
        } catch (URISyntaxException none) {
            throw new ConsoleException(notAnAddress(address), none);
        }
        throw new ConsoleException(notAnAddress(address));
    }

    private static String notAnAddress(String address) {
        return "\"" + address + "\" is no address such as mailto:abuse@example.com, xmpp:help@example.com or "
                + "https://example.com/status; nothing was changed";
    }

    private Answer noContact(Request request) throws ConsoleException {
        Await.change(node, node.settings().contact(role(request), List.of()));
        return Done.of("nothing is published for " + request.argument(0));
    }

    private Answer contacts(Request request) {
        Freshness.await(node, request);
        List<Field> fields = new ArrayList<>();
        for (String role : ROLES) {
            List<String> addresses = node.settings().contact(role);
            if (!addresses.isEmpty()) {
                fields.add(new Field(role, role, String.join(" ", addresses)));
            }
        }
        return fields.isEmpty()
                ? new Answer.Words("no addresses are published; add some with \"xmpp contact set <role> <address>…\"\n")
                : new Answer.Fields(fields);
    }

    private static String role(Request request) throws ConsoleException {
        String role = request.argument(0);
        if (!ROLES.contains(role)) {
            throw new ConsoleException("there is no role \"" + role + "\"; known: " + String.join(", ", ROLES));
        }
        return role;
    }
}
