package org.trestle.xmpp.feature.admin;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.jid.Jid;

/** XEP-0133 4.23 to 4.28: what is said to all users, now, at each login, and at the first one. */
final class NoticeCommands {
    private final Notices notices;
    private final Announcer announcer;
    private final Predicate<Jid> managers;

    NoticeCommands(FeatureContext context, Rights rights) {
        this.notices = new Notices(context.site().cluster().tables());
        this.announcer = new Announcer(context);
        this.managers = rights::manager;
    }

    List<AdminCommand> all() {
        return List.of(
                new AdminCommand(
                        "announce",
                        "Send Announcement to Online Users",
                        managers,
                        asker -> text(
                                "Making an Announcement",
                                "announcement",
                                List.of(),
                                announcement ->
                                        announcer.announce(announcement).thenCompose(count -> AdHocStep.done(null)))),
                new AdminCommand(
                        "set-motd",
                        "Set Message of the Day",
                        managers,
                        asker -> notice("Setting the Message of the Day", Notices.MOTD)),
                new AdminCommand(
                        "edit-motd",
                        "Edit Message of the Day",
                        managers,
                        asker -> notice("Editing the Message of the Day", Notices.MOTD)),
                new AdminCommand("delete-motd", "Delete Message of the Day", managers, asker -> without(Notices.MOTD)),
                new AdminCommand(
                        "set-welcome",
                        "Set Welcome Message",
                        managers,
                        asker -> notice("Setting the Welcome Message", Notices.WELCOME)),
                new AdminCommand(
                        "delete-welcome", "Delete Welcome Message", managers, asker -> without(Notices.WELCOME)));
    }

    private CompletionStage<AdHocStep> notice(String title, String name) {
        String now = notices.get(name);
        return text(
                title,
                name,
                now == null ? List.of() : now.lines().toList(),
                text -> Asked.reported(notices.set(name, text).thenCompose(done -> AdHocStep.done(null))));
    }

    private CompletionStage<AdHocStep> without(String name) {
        return Asked.reported(notices.set(name, null).thenCompose(done -> AdHocStep.done(null)));
    }

    private static CompletionStage<AdHocStep> text(
            String title, String var, List<String> now, Function<String, CompletionStage<AdHocStep>> then) {
        Field field = new Field(var, Field.Kind.TEXT_MULTI, "The text", true, now, List.of());
        return Asked.form(title, "At most " + Notices.MOST + " characters.", List.of(field), form -> {
            String text = String.join("\n", form.values(var));
            return text.length() > Notices.MOST
                    ? AdHocStep.badPayload("the text has " + text.length() + " characters, more than " + Notices.MOST)
                    : then.apply(text);
        });
    }
}
