package org.trestle.node.shell;

import java.io.IOException;

/** What runs the commands. */
@FunctionalInterface
public interface Console {

    /** Runs one command on a thread of the console, which may block, and returns its exit code: 0 done, 1 not. */
    int run(Invocation invocation, Terminal terminal) throws IOException;
}
