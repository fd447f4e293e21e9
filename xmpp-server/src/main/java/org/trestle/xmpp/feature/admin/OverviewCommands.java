package org.trestle.xmpp.feature.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Account;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * XEP-0133 4.13 to 4.22: how many there are, and who. Online is who has a session on some node; active, who has one that
 * is available; idle, who is online and has none. Counted away from the event loops.
 */
final class OverviewCommands {
    /** The most addresses in one answer. */
    static final int LIMIT = 5_000;

    private static final List<String> CHOICES = List.of("25", "50", "75", "100", "150", "200", "none");

    private final FeatureSite site;
    private final Predicate<Jid> managers;

    OverviewCommands(FeatureSite site, Rights rights) {
        this.site = site;
        this.managers = rights::manager;
    }

    List<AdminCommand> all() {
        List<AdminCommand> commands = new ArrayList<>();
        add(commands, "registered", "get-registered-users-list", account -> true);
        add(
                commands,
                "disabled",
                "get-disabled-users-list",
                account -> account.standing().disabled());
        add(commands, "online", "get-online-users-list", this::online);
        add(commands, "active", "get-active-users", this::active);
        add(commands, "idle", "get-idle-users", account -> online(account) && !active(account));
        return commands;
    }

    private void add(List<AdminCommand> commands, String kind, String list, Predicate<Account> which) {
        String title = Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + " Users";
        commands.add(new AdminCommand(
                "get-" + kind + "-users-num", "Get Number of " + title, managers, asker -> number(kind, which)));
        commands.add(new AdminCommand(list, "Get List of " + title, managers, asker -> list(kind, title, which)));
    }

    private boolean online(Account account) {
        return !bindings(account).isEmpty();
    }

    private boolean active(Account account) {
        return bindings(account).stream().anyMatch(Availability::isAvailable);
    }

    private List<Binding> bindings(Account account) {
        return site.cluster().directory().bindings(account.jid());
    }

    private Stream<Account> those(Predicate<Account> which) {
        return site.accounts().list().stream().filter(which);
    }

    private CompletionStage<AdHocStep> number(String kind, Predicate<Account> which) {
        return CompletableFuture.supplyAsync(() -> those(which).count())
                .thenCompose(count -> AdHocStep.done(DataForm.result(
                        AdminCommand.ADMIN,
                        List.of(Field.of(
                                Field.Kind.TEXT_SINGLE,
                                kind + "usersnum",
                                "The number of " + kind + " users",
                                Long.toString(count))))));
    }

    private CompletionStage<AdHocStep> list(String kind, String title, Predicate<Account> which) {
        Field most = Field.of(Field.Kind.LIST_SINGLE, "max_items", "Maximum number of items to show")
                .from(CHOICES.stream()
                        .map(choice -> new Field.Option(choice, choice))
                        .toList());
        return Asked.form("List of " + title, "Choose how many are wanted at the most.", List.of(most), form -> {
            Integer wanted = wanted(form.value("max_items"));
            return wanted == null
                    ? AdHocStep.badPayload("max_items is none, or a number from 1 on")
                    : CompletableFuture.supplyAsync(() -> those(which)
                                    .map(Account::jid)
                                    .limit(Math.min(wanted, LIMIT + 1))
                                    .toList())
                            .thenCompose(jids -> listed(kind, jids));
        });
    }

    private static @Nullable Integer wanted(@Nullable String text) {
        if (text == null || text.equals("none")) {
            return Integer.MAX_VALUE;
        }
        try {
            int number = Integer.parseInt(text);
            return number > 0 ? number : null;
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static CompletionStage<AdHocStep> listed(String kind, List<String> jids) {
        return jids.size() > LIMIT
                ? AdHocStep.refused(StanzaError.of(
                        Condition.NOT_ACCEPTABLE, "there are more than " + LIMIT + "; ask for fewer with max_items"))
                : AdHocStep.done(DataForm.result(
                        AdminCommand.ADMIN,
                        List.of(new Field(
                                kind + "userjids",
                                Field.Kind.JID_MULTI,
                                "The list of " + kind + " users",
                                false,
                                jids,
                                List.of()))));
    }
}
