package org.trestle.xmpp.feature.admin;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.auth.accounts.Account;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * XEP-0133 4.29: who administers; for administrators only, so that a call bridge cannot make itself one. The commands that
 * are not offered say where the same is done.
 */
final class ServerCommands {
    private final FeatureSite site;
    private final Rights rights;

    ServerCommands(FeatureSite site, Rights rights) {
        this.site = site;
        this.rights = rights;
    }

    List<AdminCommand> all() {
        List<AdminCommand> commands = new ArrayList<>();
        commands.add(new AdminCommand("edit-admin", "Edit Admin List", rights::administrator, asker -> admins()));
        String console = "a node is stopped and started where it runs, one after the other, so that the cluster stays";
        commands.add(absent("restart", "Restart Service", console));
        commands.add(absent("shutdown", "Shut Down Service", console));
        String block = "nobody is blocked for all users; each user can block with XEP-0191";
        commands.add(absent("edit-blacklist", "Edit Blacklist", block));
        commands.add(absent("edit-whitelist", "Edit Whitelist", block));
        return commands;
    }

    private AdminCommand absent(String name, String title, String why) {
        return new AdminCommand(
                name,
                title,
                false,
                rights::administrator,
                asker -> AdHocStep.refused(StanzaError.of(Condition.FEATURE_NOT_IMPLEMENTED, why)));
    }

    private List<String> now() {
        return site.accounts().list().stream()
                .filter(Account::admin)
                .map(Account::jid)
                .toList();
    }

    private CompletionStage<AdHocStep> admins() {
        return CompletableFuture.supplyAsync(this::now).thenCompose(now -> {
            Field field = new Field(
                    "adminjids", Field.Kind.JID_MULTI, "The addresses of the administrators", true, now, List.of());
            return Asked.form(
                    "Editing the Administrators",
                    "Who is not in this list administers no longer.",
                    List.of(field),
                    form -> changed(form.values("adminjids")));
        });
    }

    private CompletionStage<AdHocStep> changed(List<String> wanted) {
        Set<String> jids = new LinkedHashSet<>();
        for (String text : wanted) {
            String jid = Asked.account(text);
            if (jid == null || !site.accounts().exists(jid)) {
                return AdHocStep.badPayload("there is no account " + Asked.shortened(text));
            }
            jids.add(jid);
        }
        if (jids.size() > Asked.MOST_JIDS) {
            return AdHocStep.badPayload("at most " + Asked.MOST_JIDS + " administrators");
        }
        return CompletableFuture.supplyAsync(this::now).thenCompose(now -> {
            CompletionStage<Void> all = CompletableFuture.completedFuture(null);
            for (String jid : jids) {
                if (!now.contains(jid)) {
                    all = all.thenCompose(done -> site.accounts().admin(jid, true));
                }
            }
            for (String jid : now) {
                if (!jids.contains(jid)) {
                    all = all.thenCompose(done -> site.accounts().admin(jid, false));
                }
            }
            return Asked.reported(all.thenCompose(done -> AdHocStep.done(null)));
        });
    }
}
