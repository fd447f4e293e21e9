package org.trestle.deploy.bench;

import java.io.IOException;

/**
 * One thing that is measured.
 *
 * @param <C> the servers that can take part
 */
public interface Workload<C extends Contender> {

    /** What is done, as the table calls it. */
    String title();

    /** What the figure counts, such as "CPU µs/message"; less is better. */
    String unit();

    /** Whether it must find a server that was started a moment ago and has served nobody; it runs in the first round only. */
    default boolean fresh() {
        return false;
    }

    /**
     * Puts the load on a server that runs, and measures.
     *
     * @throws IOException when a connection is refused, or when something was lost, came twice or out of order
     */
    Sample run(C server) throws IOException;

    /**
     * What one run came to.
     *
     * @param value in the workload's unit
     * @param note what else is worth knowing, such as the rate and a percentile
     */
    record Sample(double value, String note) {}
}
