package org.trestle.deploy.bench;

import java.io.IOException;
import java.util.List;

/** A server that takes part. Started afresh for each round, and alone on the machine while it is measured. */
public interface Contender {

    /** As the table calls it. */
    String name();

    /** Its release, as it says itself. */
    String version();

    /** Starts it, and returns when it answers. */
    void start() throws IOException;

    /** Ends it and everything that it started; nothing when it does not run. */
    void stop() throws IOException;

    /** The processes that do its work while it runs. */
    List<Long> processes();
}
