package org.trestle.cluster.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Many lives of a cluster, each from a seed. {@code -Dtrestle.seeds=N} tries more of them, {@code -Dtrestle.seed=S} begins
 * at another one.
 */
final class SimulationTest {
    private static final int SEEDS = Integer.getInteger("trestle.seeds", 200);
    private static final long FIRST = Long.getLong("trestle.seed", 1);

    @Test
    void whateverFailsNothingThatWasAnsweredIsLostAndNoJidIsOwnedTwice() {
        List<String> failures = new ArrayList<>();
        int writes = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS && failures.size() < 5; seed++) {
            Simulation simulation = new Simulation(seed);
            try {
                simulation.run();
            } catch (AssertionError | RuntimeException failure) {
                failures.add("-Dtrestle.seed=" + seed + " -Dtrestle.seeds=1: " + failure + "\n  "
                        + String.join("\n  ", simulation.history()));
            }
            writes += simulation.acknowledgedWrites();
        }
        assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
        assertTrue(writes > SEEDS * 20, "the clusters were of some use: " + writes + " writes answered");
    }
}
