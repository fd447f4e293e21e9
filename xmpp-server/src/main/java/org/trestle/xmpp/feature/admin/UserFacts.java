package org.trestle.xmpp.feature.admin;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.trestle.auth.accounts.LastSeen;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0133 4.8 to 4.10: the roster of an account, its last login, and what can be said of its sessions. */
final class UserFacts {
    private final FeatureContext context;
    private final FeatureSite site;
    private final Predicate<Jid> managers;

    UserFacts(FeatureContext context, Rights rights) {
        this.context = context;
        this.site = context.site();
        this.managers = rights::manager;
    }

    List<AdminCommand> all() {
        return List.of(
                new AdminCommand(
                        "get-user-roster", "Get User Roster", managers, asker -> of("accountjids", this::roster)),
                new AdminCommand(
                        "get-user-lastlogin",
                        "Get User Last Login Time",
                        managers,
                        asker -> of("accountjids", this::lastLogin)),
                new AdminCommand(
                        "user-stats", "Get User Statistics", managers, asker -> of("accountjid", this::statistics)));
    }

    private CompletionStage<AdHocStep> of(String var, Function<BareJid, Element> facts) {
        boolean several = var.endsWith("s");
        Field account = Field.of(
                        several ? Field.Kind.JID_MULTI : Field.Kind.JID_SINGLE, var, "The address of the account")
                .must();
        return Asked.form("About a User", "Whose?", List.of(account), form -> {
            String jid = Asked.account(form.value(var));
            if (jid == null || form.values(var).size() > 1) {
                return AdHocStep.badPayload("one address of an account is wanted");
            }
            if (!site.accounts().exists(jid)) {
                return AdHocStep.refused(StanzaError.of(Condition.ITEM_NOT_FOUND, "there is no account " + jid));
            }
            return CompletableFuture.completedFuture(new AdHocStep.Done(facts.apply(BareJid.of(jid)), null));
        });
    }

    private Element roster(BareJid account) {
        Element form = DataForm.result(
                        AdminCommand.ADMIN, List.of(Field.result("accountjids", List.of(account.toString()))))
                .element();
        Element.Builder with = Element.of(form.name(), form.namespace()).attribute("type", "result");
        form.children().forEach(with::child);
        return with.child(context.roster(account)).build();
    }

    private Element lastLogin(BareJid account) {
        Instant login = LastSeen.of(site.cluster().tables(), account.toString()).login();
        List<String> moments = login == null
                ? List.of()
                : List.of(login.truncatedTo(ChronoUnit.SECONDS).toString());
        return DataForm.result(
                        AdminCommand.ADMIN,
                        List.of(
                                Field.result("accountjids", List.of(account.toString())),
                                Field.result("lastlogin", moments)))
                .element();
    }

    private Element statistics(BareJid account) {
        List<String> resources = new ArrayList<>();
        Set<String> addresses = new LinkedHashSet<>();
        for (Binding binding : site.cluster().directory().bindings(account.toString())) {
            resources.add(binding.resource());
            Endpoint here = site.endpoints().get(binding.session());
            if (here != null && here.stream().peer().getAddress() != null) {
                addresses.add(here.stream().peer().getAddress().getHostAddress());
            }
        }
        List<Field> fields = new ArrayList<>();
        fields.add(Field.result(
                "rostersize",
                List.of(Integer.toString(context.roster(account).children().size()))));
        fields.add(Field.result("onlineresources", resources));
        if (!addresses.isEmpty()) {
            // Other nodes know the addresses of their own connections only.
            fields.add(Field.result("ipaddresses", List.copyOf(addresses)));
        }
        return DataForm.result(AdminCommand.ADMIN, fields).element();
    }
}
