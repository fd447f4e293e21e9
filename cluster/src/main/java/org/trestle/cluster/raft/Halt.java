package org.trestle.cluster.raft;

/**
 * Stops the process at once, because going on would put acknowledged data at risk. Whoever calls it has logged why.
 */
@FunctionalInterface
interface Halt {

    /** Stops the process without running any more of our code; only stand-ins in tests return. */
    void halt(String why);

    /** The real thing; the exit code tells a supervisor that this was deliberate. */
    Halt PROCESS = why -> Runtime.getRuntime().halt(3);
}
