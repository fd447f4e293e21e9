package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.B;
import static org.trestle.cluster.state.Machine.utf8;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;

/** Reading from another thread while the log is applied. */
final class ReadersTest {
    private static final int ENTRIES = 20_000;

    private final Machine machine = Machine.withTwoNodes();
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<@Nullable String> wrong = new AtomicReference<>();

    /** Both rows are always written together, and alice always has her desk. */
    private void read() {
        while (!done.get()) {
            List<Row> rows = machine.state.tables().table("pair").list();
            if (rows.size() == 1
                    || (rows.size() == 2
                            && !Arrays.equals(rows.get(0).value(), rows.get(1).value()))) {
                wrong.set("half of a change: " + rows);
            }
            Binding desk = machine.state.sessions().binding("alice@x", "desk");
            if (desk == null) {
                wrong.set("nobody has the desk, though each bind only replaced the one before");
            }
            if (machine.state.sessions().bindings("alice@x").stream()
                            .filter(binding -> binding.resource().equals("desk"))
                            .count()
                    > 1) {
                wrong.set("two have the desk");
            }
        }
    }

    @Test
    void seeEachEntryAsAWhole() throws InterruptedException {
        machine.bind(A, "desk", "s");
        Thread reader = new Thread(this::read, "reader");
        reader.start();
        for (int i = 0; i < ENTRIES; i++) {
            byte[] value = utf8("v" + i);
            machine.apply(new Command.Write(
                    i % 3 == 2
                            ? Change.of()
                                    .delete("pair", "a")
                                    .delete("pair", "b")
                                    .build()
                            : Change.of()
                                    .put("pair", "a", value)
                                    .put("pair", "b", value)
                                    .build()));
            machine.bind(i % 2 == 0 ? B : A, "desk", "s" + i);
            machine.bind(A, "phone", "p" + i);
            machine.apply(new Command.Unbind("alice@x", "phone", "p" + i));
        }
        done.set(true);
        reader.join(TimeUnit.SECONDS.toMillis(10));
        assertNull(wrong.get());
        assertEquals(1, machine.state.sessions().size());
    }
}
