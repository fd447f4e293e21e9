package org.trestle.cluster.membership;

/** Told before every step of a procedure that changes something, so that tests can end the node at each of them. */
@FunctionalInterface
public interface CrashPoint {

    /** A running node. */
    CrashPoint NONE = step -> {};

    /** May throw: the procedure then stops where it is, as it would when the process ended there. */
    void before(String step);
}
