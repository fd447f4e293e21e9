package org.trestle.node.command;

import java.time.Duration;
import org.trestle.node.shell.ConsoleException;

/** Makes a list tell what the whole cluster knows, not only what has come here yet. */
final class Freshness {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Freshness() {}

    /**
     * Waits until this node has applied what was committed anywhere before; says so when it cannot know. Commands that only
     * read never fail for want of a quorum: that is when they are needed most.
     */
    static void await(NodeControl node, Request request) {
        if (!node.cluster().serving()) {
            request.progress("this node has lost its cluster: this is what it knew last");
            return;
        }
        try {
            Await.done(node.cluster().tables().barrier(), PATIENCE);
        } catch (ConsoleException late) {
            request.progress("this node could not ask the others in time: this is what it knew last");
        }
    }
}
