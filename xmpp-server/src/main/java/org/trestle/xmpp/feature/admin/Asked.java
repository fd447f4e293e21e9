package org.trestle.xmpp.feature.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.AccountException;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/** The forms of XEP-0133, and what goes wrong with them. */
final class Asked {
    /** The most accounts of one command. */
    static final int MOST_JIDS = 1_000;

    private Asked() {}

    /** Asks; goes on when all that is required is there. */
    static CompletionStage<AdHocStep> form(
            String title, String instructions, List<Field> fields, AdHocStep.Continuation then) {
        DataForm form = DataForm.of(DataForm.Type.FORM, AdminCommand.ADMIN, title, instructions, fields);
        return AdHocStep.ask(form, submitted -> {
            String meaning = submitted.formType();
            if (meaning != null && !meaning.equals(AdminCommand.ADMIN)) {
                return AdHocStep.badPayload("the form is not one of " + AdminCommand.ADMIN);
            }
            for (Field field : fields) {
                if (field.required() && submitted.value(field.var()) == null) {
                    return AdHocStep.badPayload("the field " + field.var() + " is missing");
                }
            }
            return then.submitted(submitted);
        });
    }

    /** Asks for accounts, and does something to each of them. */
    static CompletionStage<AdHocStep> accounts(
            String title, String instructions, Function<String, CompletionStage<Void>> work) {
        Field field = Field.of(Field.Kind.JID_MULTI, "accountjids", "The addresses of the accounts")
                .must();
        return form(title, instructions, List.of(field), form -> each(form.values("accountjids"), work));
    }

    private static CompletionStage<AdHocStep> each(List<String> jids, Function<String, CompletionStage<Void>> work) {
        if (jids.size() > MOST_JIDS) {
            return AdHocStep.badPayload("at most " + MOST_JIDS + " accounts at once");
        }
        for (String jid : jids) {
            if (Jid.parse(jid) == null) {
                return AdHocStep.badPayload("\"" + shortened(jid) + "\" is no address");
            }
        }
        CompletionStage<Integer> all = CompletableFuture.completedFuture(0);
        for (String jid : jids) {
            all = all.thenCompose(count -> work.apply(jid).thenApply(done -> count + 1));
        }
        return reported(all.thenCompose(count -> AdHocStep.done(null)));
    }

    /** The bare Jid of an account in canonical form; null when the text is none. */
    static @Nullable String account(@Nullable String text) {
        return text != null && Jid.parse(text) instanceof BareJid jid ? jid.toString() : null;
    }

    /** What went wrong in words, when it is not our fault. */
    static CompletionStage<AdHocStep> reported(CompletionStage<AdHocStep> step) {
        return step.exceptionallyCompose(failed -> {
            Throwable cause =
                    failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
            if (cause instanceof AccountException) {
                return AdHocStep.refused(StanzaError.of(Condition.NOT_ACCEPTABLE, String.valueOf(cause.getMessage())));
            }
            if (cause instanceof ClusterUnavailableException) {
                return AdHocStep.refused(new StanzaError(
                        StanzaError.Type.WAIT,
                        Condition.INTERNAL_SERVER_ERROR,
                        "the cluster did not answer; try again",
                        null));
            }
            return CompletableFuture.failedFuture(failed);
        });
    }

    static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }
}
