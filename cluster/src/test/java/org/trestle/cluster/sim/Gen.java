package org.trestle.cluster.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Makes values from a random source: the same source gives the same values. */
@FunctionalInterface
public interface Gen<T> {
    T next(Random random);

    static Gen<Integer> number(int from, int below) {
        return random -> from + random.nextInt(below - from);
    }

    static Gen<byte[]> bytes(int limit) {
        return random -> {
            byte[] bytes = new byte[random.nextInt(limit + 1)];
            random.nextBytes(bytes);
            return bytes;
        };
    }

    @SafeVarargs
    static <T> Gen<T> of(T... values) {
        return random -> values[random.nextInt(values.length)];
    }

    default Gen<List<T>> list(int limit) {
        return random -> {
            List<T> values = new ArrayList<>();
            for (int i = random.nextInt(limit + 1); i > 0; i--) {
                values.add(next(random));
            }
            return values;
        };
    }

    default <R> Gen<R> map(Function<T, R> change) {
        return random -> change.apply(next(random));
    }
}
