package org.trestle.xmpp.feature.adhoc;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.feature.AdHocStep.Question;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** One request for a command: finds or begins its session, takes the step, and answers (XEP-0050 2.4). */
record CommandRun(CommandSessions sessions, IqRequest request, Jid asker, AdHocCommand command) {
    private static final Logger LOG = LoggerFactory.getLogger(CommandRun.class);

    void run() {
        Action action = Action.of(request.element().attribute("action"));
        String id = request.element().attribute("sessionid");
        if (action == null) {
            refuse(CommandError.MALFORMED_ACTION);
        } else if (!command.permits(asker)) {
            request.refuse(new StanzaError(
                    StanzaError.Type.CANCEL, Condition.FORBIDDEN, "you may not run this command", null));
        } else if (id == null) {
            begin(action);
        } else {
            go(action, id);
        }
    }

    private void begin(Action action) {
        if (action != Action.EXECUTE) {
            refuse(CommandError.BAD_ACTION);
            return;
        }
        CommandSession session = sessions.open(asker, command);
        if (session == null) {
            request.refuse(StanzaError.of(
                    Condition.RESOURCE_CONSTRAINT, "too many commands are under way on this node; try again later"));
        } else if (session.take()) {
            follow(session, command.begin(asker));
        }
    }

    private void go(Action action, String id) {
        CommandSession session = sessions.find(id, asker, command);
        if (session == null) {
            refuse(sessions.wasIssued(id) ? CommandError.SESSION_EXPIRED : CommandError.BAD_SESSIONID);
        } else if (!session.take()) {
            request.refuse(StanzaError.of(Condition.UNEXPECTED_REQUEST, "the step before is still under way"));
        } else {
            Question current = session.current();
            if (action == Action.CANCEL) {
                sessions.close(session);
                answer(session, "canceled", null, null, null);
            } else if (current == null) {
                sessions.close(session);
                refuse(CommandError.SESSION_EXPIRED);
            } else if (action == Action.PREV && session.hasPrevious()) {
                session.pop();
                ask(session);
            } else if (action == Action.EXECUTE || action == (current.last() ? Action.COMPLETE : Action.NEXT)) {
                submit(session, current);
            } else {
                session.release(sessions.now());
                refuse(CommandError.BAD_ACTION);
            }
        }
    }

    private void submit(CommandSession session, Question current) {
        Element x = request.element().child("x", DataForm.NAMESPACE);
        DataForm form = x == null ? null : DataForm.read(x);
        if (form == null || form.type() == DataForm.Type.FORM || form.type() == DataForm.Type.RESULT) {
            session.release(sessions.now());
            refuse(CommandError.BAD_PAYLOAD);
        } else {
            follow(session, current.then().submitted(form));
        }
    }

    /** A failure of ours ends the session: what became of the step is not known. */
    private void follow(CommandSession session, CompletionStage<AdHocStep> step) {
        step.whenComplete((next, failed) -> {
            if (failed != null) {
                LOG.warn("command {} failed: {}", command.node(), failed.toString());
                sessions.close(session);
                request.refuse(StanzaError.of(Condition.INTERNAL_SERVER_ERROR));
            } else if (next instanceof Question question) {
                session.push(question);
                ask(session);
            } else if (next instanceof AdHocStep.Done done) {
                sessions.close(session);
                answer(session, "completed", null, done.payload(), done.failure());
            } else if (next instanceof AdHocStep.Refused refused) {
                if (session.current() == null) {
                    sessions.close(session);
                }
                session.release(sessions.now());
                request.refuse(refused.error());
            }
        });
    }

    private void ask(CommandSession session) {
        Question question = session.current();
        if (question == null) {
            throw new IllegalStateException("a session without a question asks nothing");
        }
        Action forward = question.last() ? Action.COMPLETE : Action.NEXT;
        List<Action> allowed = session.hasPrevious() ? List.of(Action.PREV, forward) : List.of(forward);
        Element.Builder actions = Element.of("actions", AdHocStep.COMMANDS).attribute("execute", word(forward));
        allowed.forEach(action -> actions.child(word(action)));
        session.release(sessions.now());
        answer(session, "executing", actions.build(), question.form().element(), null);
    }

    private static String word(Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private void answer(
            CommandSession session,
            String status,
            @Nullable Element actions,
            @Nullable Element payload,
            @Nullable String failure) {
        Element.Builder answer = Element.of("command", AdHocStep.COMMANDS)
                .attribute("node", command.node())
                .attribute("sessionid", session.id)
                .attribute("status", status)
                .child(actions);
        if (failure != null) {
            answer.child(Element.of("note", AdHocStep.COMMANDS)
                    .attribute("type", "error")
                    .text(failure)
                    .build());
        }
        request.answer(answer.child(payload).build());
    }

    private void refuse(CommandError error) {
        request.refuse(error.error());
    }
}
