package org.trestle.xmpp.feature;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** What a command says next (XEP-0050 2.4). */
public sealed interface AdHocStep {

    /** The namespace of commands and of their error conditions. */
    String COMMANDS = "http://jabber.org/protocol/commands";

    /** Takes a form that was filled in. */
    @FunctionalInterface
    interface Continuation {
        CompletionStage<AdHocStep> submitted(DataForm form);
    }

    /**
     * The command wants a form filled in.
     *
     * @param last whether the command is complete with it; else another step follows
     */
    record Question(DataForm form, boolean last, Continuation then) implements AdHocStep {}

    /**
     * The command is over.
     *
     * @param payload what it tells, or null
     * @param failure in words, when it is over because it has failed; null when all went well
     */
    record Done(@Nullable Element payload, @Nullable String failure) implements AdHocStep {}

    /** The step cannot be done; the form before can be filled in again. */
    record Refused(StanzaError error) implements AdHocStep {}

    /** Over, and all went well. */
    static CompletionStage<AdHocStep> done(@Nullable DataForm result) {
        return CompletableFuture.completedFuture(new Done(result == null ? null : result.element(), null));
    }

    /** A form, with which the command is complete. */
    static CompletionStage<AdHocStep> ask(DataForm form, Continuation then) {
        return CompletableFuture.completedFuture(new Question(form, true, then));
    }

    /** What was filled in is not good: {@code bad-request} with {@code bad-payload}. */
    static CompletionStage<AdHocStep> badPayload(String why) {
        return refused(new StanzaError(
                StanzaError.Type.MODIFY,
                Condition.BAD_REQUEST,
                why,
                Element.of("bad-payload", COMMANDS).build()));
    }

    static CompletionStage<AdHocStep> refused(StanzaError error) {
        return CompletableFuture.completedFuture(new Refused(error));
    }
}
