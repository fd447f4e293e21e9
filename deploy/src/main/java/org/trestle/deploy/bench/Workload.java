package org.trestle.deploy.bench;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Whether this server takes part. */
    default boolean suits(C server) {
        return true;
    }

    /** About how long one run takes; only for the forecast of the whole. */
    default int seconds() {
        return 15;
    }

    /** What is to be reached, none by default. */
    default List<Aim> aims() {
        return List.of();
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
     * @param side a second figure of the same run, with a row of its own
     */
    record Sample(double value, String note, @Nullable Side side) {

        public Sample(double value, String note) {
            this(value, note, null);
        }
    }

    /** A second figure, its unit, what else is worth knowing, and what is to be reached. */
    record Side(String unit, double value, String note, List<Aim> aims) {

        public Side(String unit, double value, List<Aim> aims) {
            this(unit, value, "", aims);
        }
    }
}
