package org.trestle.xmpp.feature.admin;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Account;
import org.trestle.auth.accounts.AccountException;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.form.Field.Kind;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/** XEP-0133 4.1 to 4.7: accounts and their sessions. */
final class AccountCommands {
    /** The moment at which a guest's account ends: a moment (XEP-0082), or seconds from now. None: it stays. */
    static final String EXPIRY = "x-expiry";

    /** The longest life of a guest. */
    static final Duration LONGEST = Duration.ofDays(366);

    private final FeatureSite site;
    private final Predicate<Jid> managers;

    AccountCommands(FeatureSite site, Rights rights) {
        this.site = site;
        this.managers = rights::manager;
    }

    List<AdminCommand> all() {
        return List.of(
                new AdminCommand("add-user", "Add User", managers, asker -> add()),
                new AdminCommand(
                        "delete-user",
                        "Delete User",
                        managers,
                        asker -> Asked.accounts(
                                "Deleting Users",
                                "These accounts and all that is theirs will be gone.",
                                jid -> others(asker, jid, site.accounts()::del))),
                new AdminCommand(
                        "disable-user",
                        "Disable User",
                        managers,
                        asker -> Asked.accounts(
                                "Disabling Users",
                                "These accounts cannot log in until they are enabled again; their sessions end.",
                                jid -> others(asker, jid, this::disable))),
                new AdminCommand(
                        "reenable-user",
                        "Re-Enable User",
                        managers,
                        asker -> Asked.accounts(
                                "Re-Enabling Users",
                                "These accounts can log in again.",
                                jid -> site.accounts().enable(jid, true))),
                new AdminCommand(
                        "end-user-session",
                        "End User Session",
                        managers,
                        asker -> Asked.accounts(
                                "Ending Sessions",
                                "All sessions of these accounts end; of a full address, that one.",
                                this::end)),
                new AdminCommand("change-user-password", "Change User Password", managers, asker -> password()),
                new AdminCommand(
                        "get-user-password",
                        "Get User Password",
                        false,
                        managers,
                        asker -> AdHocStep.refused(StanzaError.of(
                                Condition.NOT_ALLOWED,
                                "nobody can read a password: this server keeps keys that were derived from it; "
                                        + "give the account another one with change-user-password"))));
    }

    /** Nobody shuts the door behind himself: the last administrator could not come back. */
    private static CompletionStage<Void> others(Jid asker, String jid, Function<String, CompletionStage<Void>> work) {
        Jid account = Jid.parse(jid);
        return account != null && account.bare().equals(asker.bare())
                ? CompletableFuture.failedFuture(
                        new AccountException("this is your own account; let another administrator do it"))
                : work.apply(jid);
    }

    private CompletionStage<AdHocStep> add() {
        return Asked.form(
                "Adding a User",
                "An account with an expiry is a guest's: it and all that is its will be gone at that moment.",
                List.of(
                        Field.of(Kind.JID_SINGLE, "accountjid", "The address of the account")
                                .must(),
                        Field.of(Kind.TEXT_PRIVATE, "password", "The password").must(),
                        Field.of(Kind.TEXT_PRIVATE, "password-verify", "The password again"),
                        Field.of(
                                Kind.TEXT_SINGLE,
                                EXPIRY,
                                "For a guest: when the account ends, as 2030-01-31T12:00:00Z or in seconds from now")),
                this::added);
    }

    private CompletionStage<AdHocStep> added(DataForm form) {
        String jid = Asked.account(form.value("accountjid"));
        String password = Objects.requireNonNullElse(form.value("password"), "");
        String again = form.value("password-verify");
        String expiry = form.value(EXPIRY);
        Instant until = expiry == null ? null : moment(expiry);
        if (jid == null) {
            return AdHocStep.badPayload("accountjid is no address of an account, such as user@example.com");
        }
        if (again != null && !again.equals(password)) {
            return AdHocStep.badPayload("the two passwords differ");
        }
        if (expiry != null && until == null) {
            return AdHocStep.badPayload(EXPIRY + " is neither a moment to come, such as 2030-01-31T12:00:00Z, "
                    + "nor a number of seconds; at most " + LONGEST.toDays() + " days from now");
        }
        if (site.accounts().exists(jid)) {
            return AdHocStep.refused(StanzaError.of(Condition.CONFLICT, "the account exists already"));
        }
        CompletionStage<Account> added = until == null
                ? site.accounts().add(jid, password, false)
                : site.accounts().addGuest(jid, password, until);
        return Asked.reported(added.thenCompose(account -> AdHocStep.done(result(account))));
    }

    private static @Nullable DataForm result(Account account) {
        Instant expiry = account.standing().expiry();
        return expiry == null
                ? null
                : DataForm.result(
                        AdminCommand.ADMIN,
                        List.of(
                                Field.result("accountjid", List.of(account.jid())),
                                Field.result(EXPIRY, List.of(expiry.toString()))));
    }

    private @Nullable Instant moment(String text) {
        Instant now = site.timers().now();
        Instant moment;
        try {
            moment = text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() < 12
                    ? now.plusSeconds(Long.parseLong(text))
                    : Instant.parse(text);
        } catch (DateTimeException none) {
            return null;
        }
        return moment.isAfter(now) && !moment.isAfter(now.plus(LONGEST)) ? moment : null;
    }

    private CompletionStage<Void> disable(String jid) {
        return site.accounts().enable(jid, false).thenCompose(done -> endAll(jid));
    }

    private CompletionStage<Void> end(String text) {
        if (Jid.parse(text) instanceof FullJid full) {
            Binding binding = site.cluster().directory().binding(full.bareJid().toString(), full.resource());
            return binding == null
                    ? CompletableFuture.failedFuture(new AccountException("there is no session " + text))
                    : end(binding);
        }
        return endAll(text);
    }

    private CompletionStage<Void> endAll(String text) {
        String jid = Asked.account(text);
        if (jid == null || !site.accounts().exists(jid)) {
            return CompletableFuture.failedFuture(new AccountException("there is no account " + Asked.shortened(text)));
        }
        CompletionStage<Void> all = CompletableFuture.completedFuture(null);
        for (Binding binding : site.cluster().directory().bindings(jid)) {
            all = all.thenCompose(done -> end(binding));
        }
        return all;
    }

    private CompletionStage<Void> end(Binding binding) {
        return site.cluster().directory().unbind(binding.account(), binding.resource(), binding.session());
    }

    private CompletionStage<AdHocStep> password() {
        return Asked.form(
                "Changing a Password",
                "The account keeps its sessions; the next login needs the new password.",
                List.of(
                        Field.of(Kind.JID_SINGLE, "accountjid", "The address of the account")
                                .must(),
                        Field.of(Kind.TEXT_PRIVATE, "password", "The new password")
                                .must()),
                form -> {
                    String jid = Asked.account(form.value("accountjid"));
                    String password = Objects.requireNonNullElse(form.value("password"), "");
                    return jid == null
                            ? AdHocStep.badPayload("accountjid is no address of an account")
                            : Asked.reported(
                                    site.accounts().passwd(jid, password).thenCompose(done -> AdHocStep.done(null)));
                });
    }
}
