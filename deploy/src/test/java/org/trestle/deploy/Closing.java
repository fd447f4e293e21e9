package org.trestle.deploy;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a test opened, closed in reverse order whatever happens. */
final class Closing implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T opened) {
        open.push(opened);
        return opened;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception alreadyGone) {
                // the other side was killed, which is what such a test is about
            }
        }
    }
}
