package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.sim.Gen;
import org.trestle.cluster.sim.Property;

final class SortedRowsTest {

    @Test
    void isAMapOrderedByKey() {
        // An odd number deletes, an even one puts.
        Property.forAll(1, 200, Gen.number(0, 200).list(400), SortedRowsTest::compareWithTreeMap);
    }

    private static void compareWithTreeMap(List<Integer> writes) {
        SortedRows rows = SortedRows.EMPTY;
        TreeMap<String, Row> model = new TreeMap<>();
        for (int write : writes) {
            String key = "k" + write / 2;
            SortedRows before = rows;
            List<Row> listed = before.list();
            if (write % 2 == 1) {
                rows = rows.without(key);
                model.remove(key);
            } else {
                Row row = new Row("t", key, new byte[0], write);
                rows = rows.with(row);
                model.put(key, row);
                assertSame(row, rows.get(key));
            }
            assertEquals(listed, before.list(), "the old tree is as it was");
        }
        assertEquals(List.copyOf(model.values()), rows.list());
        assertEquals(model.size(), rows.size());
        assertNull(rows.get("other"));
    }

    @Test
    void staysShallowWhateverTheOrder() {
        SortedRows rows = SortedRows.EMPTY;
        for (int i = 0; i < 100_000; i++) {
            rows = rows.with(new Row("t", String.format("%06d", i), new byte[0], i));
        }
        assertEquals(100_000, rows.size());
        for (int i = 0; i < 99_000; i++) {
            rows = rows.without(String.format("%06d", i));
        }
        assertEquals(1000, rows.list().size());
    }
}
