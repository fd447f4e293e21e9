package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.trestle.auth.accounts.Account;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.shell.ConsoleException;

/** {@code xmpp admin …}: the users who may manage the others in their clients (XEP-0133). */
final class AdminCommands {
    private final NodeControl node;

    AdminCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb("xmpp admin add", "<jid>", "lets a user manage the others, in a client", this::add),
                new Verb("xmpp admin del", "<jid>", "takes that back; the user stays", this::del),
                new Verb("xmpp admin list", "", "lists the users who may", this::list));
    }

    private Answer add(Request request) throws ConsoleException {
        Await.change(node, node.accounts().admin(request.argument(0), true));
        return Done.of("user " + request.argument(0) + " is an administrator");
    }

    private Answer del(Request request) throws ConsoleException {
        Await.change(node, node.accounts().admin(request.argument(0), false));
        return Done.of("user " + request.argument(0) + " is an administrator no longer");
    }

    private Answer list(Request request) {
        Freshness.await(node, request);
        return new Admins(node.accounts().list().stream()
                .filter(Account::admin)
                .map(Account::jid)
                .toList());
    }

    /** The administrators, one a line. */
    record Admins(List<String> jids) implements Answer {
        @Override
        public String text() {
            return jids.isEmpty()
                    ? "no administrators; add one with \"xmpp admin add <jid>\"\n"
                    : String.join("\n", jids) + "\n";
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeArrayFieldStart("admins");
            for (String jid : jids) {
                json.writeString(jid);
            }
            json.writeEndArray();
        }
    }
}
