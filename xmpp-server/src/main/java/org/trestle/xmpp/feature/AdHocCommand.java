package org.trestle.xmpp.feature;

import java.util.concurrent.CompletionStage;
import org.trestle.xmpp.jid.Jid;

/** Something that people and programs let the server do, step by step (XEP-0050). Any event loop; must not block. */
public interface AdHocCommand {

    /** Its name for programs. */
    String node();

    /** Its name for people. */
    String title();

    /** Whether it is shown to those who look for commands; one that is not can only explain itself. */
    default boolean listed() {
        return true;
    }

    /** Whether {@code asker}, who has been authenticated, may run it; asked again at each step. */
    boolean permits(Jid asker);

    /** The first step: a form, or the end when there is nothing to ask. A failed stage is an internal error. */
    CompletionStage<AdHocStep> begin(Jid asker);
}
