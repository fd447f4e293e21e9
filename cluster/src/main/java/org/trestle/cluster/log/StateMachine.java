package org.trestle.cluster.log;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The deterministic machine behind the log: the same commands in the same order give the same state and the same results
 * on every node. Called by one thread at a time; reads no clock, no randomness, no environment.
 */
public interface StateMachine {

    /** Applies the command at {@code index}; the result goes to whoever submitted it. Never throws for bad input. */
    byte[] apply(long index, byte[] command);

    /** Writes the whole state. */
    void snapshot(DataOutput out) throws IOException;

    /** Replaces the whole state by a snapshot taken after {@code index}. */
    void restore(long index, DataInput in) throws IOException;
}
