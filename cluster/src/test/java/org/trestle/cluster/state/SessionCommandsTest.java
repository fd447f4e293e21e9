package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.B;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.Reply.Status;

final class SessionCommandsTest {
    private final Machine machine = Machine.withTwoNodes();
    private final SessionView sessions = machine.state.sessions();
    private final Journal journal = Journal.of(machine.state);

    @Test
    void bindOwnsAFullJid() {
        assertEquals(Status.APPLIED, machine.bind(A, "phone", "s1"));
        assertEquals(Status.APPLIED, machine.bind(B, "desk", "s2"));
        Binding binding = sessions.binding("alice@x", "phone");
        assertNotNull(binding);
        assertEquals(A, binding.node());
        assertEquals(3, binding.index());
        assertEquals(List.of("s1", "s2"), names(sessions.bindings("alice@x")));
        assertEquals(2, sessions.size());
        assertNull(sessions.binding("alice@x", "tablet"));
        assertEquals(List.of(), sessions.bindings("bob@x"));
        assertEquals(List.of("bound s1", "bound s2"), journal.take());
    }

    @Test
    void aLaterBindReplacesTheOlderOfTheSameFullJid() {
        machine.bind(A, "phone", "s1");
        machine.bind(A, "desk", "s2");
        machine.bind(B, "phone", "s3");
        assertEquals(List.of("s2", "s3"), names(sessions.bindings("alice@x")));
        assertEquals(2, sessions.size());
        assertEquals(List.of("bound s1", "bound s2", "unbound s1 REPLACED", "bound s3"), journal.take());
    }

    @Test
    void aClaimThatTakesNobodysPlaceIsRefusedWhenSomebodyIsThere() {
        assertEquals(Status.APPLIED, free(A, 1, "s1", "s1"));
        assertEquals(Status.CONFLICT, free(B, 2, "s2", "s2"));
        assertEquals(Status.CONFLICT, free(B, 2, "s2", "s0"));
        assertEquals(List.of("bound s1"), journal.take());
        assertEquals(Status.APPLIED, free(B, 2, "s3", "s1"), "but for one that may be replaced");
        assertEquals(List.of("unbound s1 REPLACED", "bound s3"), journal.take());
        assertEquals(Status.DEPOSED, free(A, 7, "s4", "s3"));
        assertEquals(1, sessions.size());
    }

    private Status free(NodeId node, long epoch, String session, String instead) {
        return machine.status(
                new Command.BindFree(new Command.Bind(node, epoch, "alice@x", "phone", session, new byte[0]), instead));
    }

    @Test
    void onlyTheOwningSessionUpdatesAndUnbinds() {
        machine.bind(A, "phone", "s1");
        machine.bind(B, "phone", "s2");
        journal.take();
        byte[] priority = {5};
        assertEquals(Status.NOTHING, machine.status(new Command.Update(A, 1, "alice@x", "phone", "s1", priority)));
        assertEquals(Status.NOTHING, machine.status(new Command.Unbind("alice@x", "phone", "s1")));
        assertEquals(
                Status.NOTHING,
                machine.status(new Command.Update(A, 1, "alice@x", "phone", "s2", priority)),
                "not the owner's node");
        assertEquals(List.of(), journal.take());
        assertEquals(Status.APPLIED, machine.status(new Command.Update(B, 2, "alice@x", "phone", "s2", priority)));
        Binding binding = sessions.binding("alice@x", "phone");
        assertNotNull(binding);
        assertArrayEquals(priority, binding.attributes());
        assertEquals(4, binding.index(), "an update is no bind");
        assertEquals(Status.APPLIED, machine.status(new Command.Unbind("alice@x", "phone", "s2")));
        assertEquals(List.of("updated s2 0 -> 1", "unbound s2 CLOSED"), journal.take());
        assertEquals(0, sessions.size());
        assertEquals(Status.NOTHING, machine.status(new Command.Unbind("alice@x", "phone", "s2")));
    }

    @Test
    void theNewestConnectionOfAComponentIsActive() {
        machine.attach(A, "c1");
        machine.attach(B, "c2");
        machine.attach(A, "c3");
        assertEquals(List.of("c3", "c2", "c1"), connections());
        assertEquals(Status.NOTHING, machine.attach(A, "c1"), "attached already");
        assertEquals(Status.APPLIED, machine.status(new Command.Detach("cb1.x", "c3")));
        assertEquals(Status.NOTHING, machine.status(new Command.Detach("cb1.x", "c3")));
        assertEquals(List.of("c2", "c1"), connections());
        machine.status(new Command.NodeLost(B, 2));
        assertEquals(List.of("c1"), connections());
        assertEquals(
                List.of(
                        "attached c1",
                        "attached c2",
                        "attached c3",
                        "detached c3 CLOSED",
                        "entries of " + B + " ended",
                        "detached c2 NODE_LOST",
                        "lost node2 9"),
                journal.take());
    }

    @Test
    void resourcesAndConnectionsAreLimited() {
        for (int i = 0; i < Limits.RESOURCES; i++) {
            assertEquals(Status.APPLIED, machine.bind(A, "r" + i, "s" + i));
        }
        assertEquals(Status.REJECTED, machine.bind(A, "one", "more"));
        assertEquals(Status.APPLIED, machine.bind(B, "r7", "takes the place of another"));
        for (int i = 0; i < Limits.CONNECTIONS; i++) {
            assertEquals(Status.APPLIED, machine.attach(A, "c" + i));
        }
        assertEquals(Status.REJECTED, machine.attach(A, "one more"));
    }

    @Test
    void aListenerThatFailsDoesNotStopTheOthers() {
        Machine other = Machine.withTwoNodes();
        other.state.listen(new Directory.Listener() {
            @Override
            public void bound(Binding binding) {
                throw new IllegalStateException("as wanted by the test");
            }
        });
        Journal after = Journal.of(other.state);
        assertEquals(Status.APPLIED, other.bind(A, "phone", "s1"));
        assertEquals(Status.APPLIED, other.bind(A, "desk", "s2"));
        assertEquals(List.of("bound s1", "bound s2"), after.take());
    }

    private List<String> connections() {
        return sessions.attachments("cb1.x").stream()
                .map(Attachment::connection)
                .toList();
    }

    private static List<String> names(List<Binding> bindings) {
        return bindings.stream().map(Binding::session).toList();
    }
}
