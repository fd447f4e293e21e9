package org.trestle.xmpp.feature.admin;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.AdHocStep;
import org.trestle.xmpp.jid.Jid;

/**
 * One command of XEP-0133.
 *
 * @param name what its node has after the number sign
 * @param listed whether it is offered; one that is not explains why it cannot be run
 */
record AdminCommand(
        String name,
        String title,
        boolean listed,
        Predicate<Jid> permitted,
        Function<Jid, CompletionStage<AdHocStep>> first)
        implements AdHocCommand {

    /** What the nodes of the commands begin with, and what their forms mean. */
    static final String ADMIN = "http://jabber.org/protocol/admin";

    AdminCommand(String name, String title, Predicate<Jid> permitted, Function<Jid, CompletionStage<AdHocStep>> first) {
        this(name, title, true, permitted, first);
    }

    @Override
    public String node() {
        return ADMIN + "#" + name;
    }

    @Override
    public boolean permits(Jid asker) {
        return permitted.test(asker);
    }

    @Override
    public CompletionStage<AdHocStep> begin(Jid asker) {
        return first.apply(asker);
    }
}
