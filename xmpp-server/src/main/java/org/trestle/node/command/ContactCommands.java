package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.node.shell.ConsoleException;
import org.trestle.xmpp.feature.roster.RosterImport;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;

/** {@code xmpp user import-contacts}: who sees whose presence, for users that come from another server. */
final class ContactCommands {
    /** Rosters that are on their way to the cluster at once. */
    private static final int BATCH = 100;

    /** Lines that are quoted when they are wrong. */
    private static final int QUOTED = 20;

    private final NodeControl node;

    ContactCommands(NodeControl node) {
        this.node = node;
    }

    List<Verb> verbs() {
        return List.of(new Verb(
                "xmpp user import-contacts",
                "<csv-file>",
                "makes users each other's contacts from lines jid,contact,contact...",
                this::importAll));
    }

    private Answer importAll(Request request) throws ConsoleException, IOException {
        Freshness.await(node, request);
        String csv = new String(request.terminal().file(request.argument(0)), StandardCharsets.UTF_8);
        Map<BareJid, Set<BareJid>> wanted = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        int number = 0;
        for (String line : csv.lines().toList()) {
            number++;
            String wrong = line.isBlank() ? null : read(line, wanted);
            if (wrong != null) {
                errors.add("line " + number + ": " + wrong);
            }
        }
        int full = 0;
        List<Map.Entry<BareJid, Set<BareJid>>> all = List.copyOf(wanted.entrySet());
        RosterImport rosters = new RosterImport(node.cluster().tables());
        for (int from = 0; from < all.size(); from += BATCH) {
            List<CompletionStage<Boolean>> batch = new ArrayList<>();
            for (Map.Entry<BareJid, Set<BareJid>> one : all.subList(from, Math.min(from + BATCH, all.size()))) {
                batch.add(rosters.both(one.getKey(), one.getValue()));
            }
            for (CompletionStage<Boolean> done : batch) {
                full += Await.done(done, Await.CHANGE) ? 0 : 1;
            }
        }
        Await.everywhere(node);
        return new Contacts(all.size() - full, full, errors);
    }

    /** Adds what a line says, in both directions; or says what is wrong with it, and adds nothing. */
    private @Nullable String read(String line, Map<BareJid, Set<BareJid>> wanted) {
        List<BareJid> jids = new ArrayList<>();
        for (String word : line.split(",", -1)) {
            if (!(Jid.parse(word.strip()) instanceof BareJid jid)) {
                return "\"" + word.strip() + "\" is no JID of a user";
            }
            if (!node.accounts().exists(jid.toString())) {
                return "there is no account " + jid;
            }
            jids.add(jid);
        }
        if (jids.size() < 2) {
            return "expected jid,contact but found no comma";
        }
        BareJid account = jids.get(0);
        for (BareJid contact : jids.subList(1, jids.size())) {
            if (!contact.equals(account)) {
                wanted.computeIfAbsent(account, none -> new LinkedHashSet<>()).add(contact);
                wanted.computeIfAbsent(contact, none -> new LinkedHashSet<>()).add(account);
            }
        }
        return null;
    }

    /** What was done; lines and rosters that were left out make it a failure. */
    record Contacts(int rosters, int full, List<String> errors) implements Answer {
        @Override
        public boolean success() {
            return full == 0 && errors.isEmpty();
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            errors.stream()
                    .limit(QUOTED)
                    .forEach(error -> text.append("FAILURE: ").append(error).append('\n'));
            if (errors.size() > QUOTED) {
                text.append("FAILURE: … and ").append(errors.size() - QUOTED).append(" more lines\n");
            }
            if (full > 0) {
                text.append("FAILURE: ")
                        .append(full)
                        .append(" rosters were not changed: they would be too big, or the cluster did not answer;")
                        .append(" import the file again\n");
            }
            return text.append("SUCCESS: ")
                    .append(rosters)
                    .append(" users have the contacts of this file\n")
                    .toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeBooleanField("success", success());
            json.writeNumberField("rosters", rosters);
            json.writeNumberField("unchanged", full);
            json.writeArrayFieldStart("errors");
            for (String error : errors) {
                json.writeString(error);
            }
            json.writeEndArray();
        }
    }
}
