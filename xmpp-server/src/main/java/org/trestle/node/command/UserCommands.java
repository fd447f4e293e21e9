package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.trestle.auth.accounts.Account;
import org.trestle.auth.accounts.ImportReport;
import org.trestle.auth.prep.Prepared;
import org.trestle.node.command.Answer.Done;
import org.trestle.node.shell.ConsoleException;

/** {@code xmpp user …}: the people who may log in, at any node. */
final class UserCommands {
    private static final String PASSWORD_FILE = "--password-file";
    private static final String ADMIN = "--admin";

    private final NodeControl node;

    UserCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(
                new Verb(
                        "xmpp user add",
                        "<jid> [--password-file FILE] [--admin]",
                        "adds a user; asks for the password when no file is given",
                        this::add),
                new Verb(
                        "xmpp user passwd",
                        "<jid> [--password-file FILE]",
                        "gives a user another password",
                        this::passwd),
                new Verb("xmpp user del", "<jid>", "removes a user and ends the user's sessions", this::del),
                new Verb("xmpp user list", "", "lists the users", this::list),
                new Verb("xmpp user import", "<csv-file>", "adds users from lines jid,password", this::importAll));
    }

    private Answer list(Request request) {
        Freshness.await(node, request);
        return new Users(node.accounts().list());
    }

    private Answer add(Request request) throws ConsoleException, IOException {
        String jid = bareJid(request.argument(0));
        if (node.accounts().exists(jid)) {
            throw new ConsoleException(jid + " exists already; another password: \"xmpp user passwd " + jid + "\"");
        }
        String domain = jid.substring(jid.indexOf('@') + 1);
        if (!node.settings().domainNames().contains(domain)) {
            // It may have been added on another node a moment ago.
            Freshness.await(node, request);
        }
        String password = request.secret(PASSWORD_FILE, "password", true);
        Account account = Await.change(node, node.accounts().add(jid, password, request.has(ADMIN)));
        return Done.of("user " + account.jid() + " added" + (account.admin() ? " as an administrator" : ""));
    }

    /** Refuses what is no account's Jid before anything else is asked for. */
    private static String bareJid(String text) throws ConsoleException {
        try {
            return Prepared.bareJid(text);
        } catch (IllegalArgumentException notValid) {
            throw new ConsoleException(String.valueOf(notValid.getMessage()), notValid);
        }
    }

    private Answer passwd(Request request) throws ConsoleException, IOException {
        bareJid(request.argument(0));
        String password = request.secret(PASSWORD_FILE, "password", true);
        Await.change(node, node.accounts().passwd(request.argument(0), password));
        return Done.of("user " + request.argument(0) + " has another password");
    }

    private Answer del(Request request) throws ConsoleException {
        Await.change(node, node.accounts().del(request.argument(0)));
        return Done.of("user " + request.argument(0) + " deleted");
    }

    private Answer importAll(Request request) throws ConsoleException, IOException {
        Freshness.await(node, request);
        byte[] csv = request.terminal().file(request.argument(0));
        ImportReport report = Await.membership(node.accounts()
                .importAll(
                        new ByteArrayInputStream(csv),
                        soFar -> request.progress(soFar.added() + soFar.updated() + soFar.unchanged() + soFar.refused()
                                + " lines done")));
        Await.everywhere(node);
        return new Import(report);
    }

    /** The users, one a line. */
    record Users(List<Account> accounts) implements Answer {
        @Override
        public String text() {
            if (accounts.isEmpty()) {
                return "no users; add one with \"xmpp user add <jid>\"\n";
            }
            StringBuilder text = new StringBuilder();
            accounts.forEach(
                    account -> text.append(account.jid()).append(marks(account)).append('\n'));
            return text.toString();
        }

        private static String marks(Account account) {
            Instant expiry = account.standing().expiry();
            return (account.admin() ? " (admin)" : "")
                    + (account.standing().disabled() ? " (disabled)" : "")
                    + (expiry == null ? "" : " (guest until " + expiry + ")");
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeArrayFieldStart("users");
            for (Account account : accounts) {
                json.writeStartObject();
                json.writeStringField("jid", account.jid());
                json.writeBooleanField("admin", account.admin());
                if (account.standing().disabled()) {
                    json.writeBooleanField("disabled", true);
                }
                Instant expiry = account.standing().expiry();
                if (expiry != null) {
                    json.writeStringField("guestUntil", expiry.toString());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** What an import did; lines that were left out make it a failure. */
    record Import(ImportReport report) implements Answer {
        @Override
        public boolean success() {
            return report.refused() == 0;
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            report.errors()
                    .forEach(error -> text.append("FAILURE: ").append(error).append('\n'));
            if (report.refused() > report.errors().size()) {
                text.append("FAILURE: … and ")
                        .append(report.refused() - report.errors().size())
                        .append(" more lines\n");
            }
            return text.append(success() ? "SUCCESS: " : "FAILURE: ")
                    .append(report.added())
                    .append(" added, ")
                    .append(report.updated())
                    .append(" with another password, ")
                    .append(report.unchanged())
                    .append(" unchanged, ")
                    .append(report.refused())
                    .append(" left out\n")
                    .toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeBooleanField("success", success());
            json.writeNumberField("added", report.added());
            json.writeNumberField("updated", report.updated());
            json.writeNumberField("unchanged", report.unchanged());
            json.writeNumberField("refused", report.refused());
            json.writeArrayFieldStart("errors");
            for (ImportReport.LineError error : report.errors()) {
                json.writeStartObject();
                json.writeNumberField("line", error.line());
                json.writeStringField("reason", error.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }
}
