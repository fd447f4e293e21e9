package org.trestle.xmpp.feature.adhoc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.AdHocStep.Question;
import org.trestle.xmpp.jid.Jid;

/** One run of a command by one address. Its steps are taken by one thread at a time, whoever has {@link #take}n it. */
final class CommandSession {
    final String id;
    final Jid asker;
    final AdHocCommand command;
    private final Deque<Question> asked = new ArrayDeque<>();
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile long touched;

    CommandSession(String id, Jid asker, AdHocCommand command, long now) {
        this.id = id;
        this.asker = asker;
        this.command = command;
        this.touched = now;
    }

    /** Begins a step; false while another one is under way. */
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    void release(long now) {
        touched = now;
        taken.set(false);
    }

    /** Monotonic, of the last step. */
    long touched() {
        return touched;
    }

    @Nullable
    Question current() {
        return asked.peek();
    }

    boolean hasPrevious() {
        return asked.size() > 1;
    }

    void push(Question question) {
        asked.push(question);
    }

    void pop() {
        asked.pop();
    }
}
