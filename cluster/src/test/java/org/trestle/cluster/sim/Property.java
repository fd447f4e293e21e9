package org.trestle.cluster.sim;

import java.util.Random;
import java.util.function.Consumer;

/** Checks that something holds for many generated values, and names the seed of the one for which it does not. */
public final class Property {
    private Property() {}

    /** Tries the seeds {@code seed} to {@code seed + count - 1}. */
    public static <T> void forAll(long seed, int count, Gen<T> values, Consumer<T> check) {
        for (long each = seed; each < seed + count; each++) {
            try {
                check.accept(values.next(new Random(each)));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("fails with seed " + each + ": " + failure.getMessage(), failure);
            }
        }
    }
}
