package org.trestle.node.command;

import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;

/** A change of what this node's relay is like. */
final class TurnChange {
    private final NodeControl node;

    TurnChange(NodeControl node) {
        this.node = node;
    }

    /** What it is like now. */
    TurnState now() {
        return node.state().turn();
    }

    /** Changes the relay; returns words about the calls that this has ended, empty when there were none. */
    String to(TurnState after) throws ConsoleException {
        if (after.equals(now()) && node.turn().relaying().running()) {
            return "";
        }
        int before = node.turn().relaying().allocations();
        node.change(node.state().withTurn(after));
        Await.everywhere(node);
        int ended = before - node.turn().relaying().allocations();
        return ended <= 0 ? "" : "; the relay was started again for that, which ended " + ended + " allocations";
    }
}
