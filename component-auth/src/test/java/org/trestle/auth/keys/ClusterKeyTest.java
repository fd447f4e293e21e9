package org.trestle.auth.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.sim.LocalTables;

final class ClusterKeyTest {
    private final LocalTables tables = new LocalTables();
    private final ClusterKey one = new ClusterKey(tables, new SecureRandom());
    private final ClusterKey other = new ClusterKey(tables, new SecureRandom());

    @Test
    void allNodesDeriveTheSame() throws Exception {
        one.ensure().toCompletableFuture().get(5, TimeUnit.SECONDS);
        byte[] first = one.derive("purpose", "input");
        other.ensure().toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertArrayEquals(first, other.derive("purpose", "input"));
        assertEquals(1, tables.rows(".auth").size());
    }

    @Test
    void purposesAndInputsAreKeptApart() throws Exception {
        one.ensure().toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertFalse(Arrays.equals(one.derive("a", "x"), one.derive("b", "x")));
        assertFalse(Arrays.equals(one.derive("a", "x"), one.derive("a", "y")));
        assertFalse(Arrays.equals(one.derive("ab", "c"), one.derive("a", "bc")));
    }

    @Test
    void theFirstUseMakesTheKey() {
        one.derive("purpose", "input");
        assertNotNull(tables.get(".auth", "key"));
    }

    @Test
    void worksWithoutAQuorum() {
        tables.refuse("no quorum");
        assertArrayEquals(one.derive("purpose", "input"), one.derive("purpose", "input"));
        tables.refuse(null);
        one.derive("purpose", "input");
        assertNotNull(tables.get(".auth", "key"), "made as soon as it can be");
    }
}
