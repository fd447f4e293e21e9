package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.trestle.cluster.state.Machine.utf8;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.state.Reply.Status;

final class TableCommandsTest {
    private final Machine machine = new Machine();
    private final ClusterState state = machine.state;
    private final Journal journal = Journal.of(state);

    @Test
    void aRowHasTheIndexOfItsLastWriteAsVersion() {
        machine.put("a", "1");
        machine.put("b", "1");
        machine.put("a", "2");
        Row row = state.tables().table("users").get("a");
        assertNotNull(row);
        assertEquals(3, row.version());
        assertEquals(List.of("row - -> a=1", "row - -> b=1", "row a=1 -> a=2"), journal.take());
    }

    @Test
    void aChangeIsAppliedAsAWholeOrNotAtAll() {
        machine.put("a", "1");
        journal.take();
        Reply refused = machine.apply(write(Change.of()
                .put("users", "b", utf8("1"))
                .put("users", "a", utf8("2"), Change.ABSENT)
                .delete("users", "a")));
        assertEquals(Status.REJECTED, refused.status(), "two writes of one row");
        refused = machine.apply(
                write(Change.of().put("users", "b", utf8("1")).put("users", "a", utf8("2"), Change.ABSENT)));
        assertEquals(Status.CONFLICT, refused.status());
        assertEquals("users/a", refused.detail());
        assertNull(state.tables().table("users").get("b"));
        assertEquals(Status.CONFLICT, machine.status(write(Change.of().delete("users", "a", 7))));
        assertEquals(Status.CONFLICT, machine.status(write(Change.of().put("users", "z", utf8(""), 7))));
        assertEquals(List.of(), journal.take());
        assertEquals(
                Status.APPLIED,
                machine.status(write(Change.of()
                        .put("users", "b", utf8("1"), Change.ABSENT)
                        .put("users", "c", utf8("1"))
                        .delete("users", "a", 1))));
        assertEquals(List.of("row - -> b=1", "row - -> c=1", "row a=1 -> -"), journal.take());
    }

    @Test
    void deletingWhatIsNotThereIsNoEvent() {
        assertEquals(Status.APPLIED, machine.status(write(Change.of().delete("users", "a"))));
        assertEquals(List.of(), journal.take());
        assertEquals(0, state.tables().tables().size());
        machine.put("a", "1");
        machine.status(write(Change.of().delete("users", "a")));
        assertEquals(0, state.tables().tables().size(), "a table without rows is no table");
    }

    @Test
    void aReaderKeepsTheRowsThatItTook() {
        machine.put("a", "1");
        machine.put("b", "1");
        SortedRows taken = state.tables().table("users");
        machine.status(write(Change.of().delete("users", "a").put("users", "c", utf8("1"))));
        assertEquals(List.of("a", "b"), keys(taken));
        assertEquals(List.of("b", "c"), keys(state.tables().table("users")));
    }

    @Test
    void tablesAreLimited() {
        Change.Builder many = Change.of();
        for (int i = 0; i < Limits.TABLES; i++) {
            many.put("table" + i, "k", utf8("v"));
        }
        assertEquals(Status.APPLIED, machine.status(write(many)));
        assertEquals(Status.REJECTED, machine.put("a", "1"));
        assertEquals(
                Status.APPLIED,
                machine.status(write(Change.of().delete("table0", "k").put("users", "a", utf8("1")))));
    }

    private static Command write(Change.Builder change) {
        return new Command.Write(change.build());
    }

    private static List<String> keys(SortedRows rows) {
        return rows.list().stream().map(Row::key).toList();
    }
}
