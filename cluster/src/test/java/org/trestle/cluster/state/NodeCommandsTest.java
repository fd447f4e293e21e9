package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.B;
import static org.trestle.cluster.state.Machine.C;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.Reply.Status;

final class NodeCommandsTest {
    private final Machine machine = Machine.withTwoNodes();
    private final ClusterState state = machine.state;
    private final NodeEpochs epochs = state.epochs();

    @Test
    void upBeginsAnEpochAtItsIndex() {
        assertEquals(1, epochs.epoch(A));
        assertEquals(2, epochs.epoch(B));
        assertEquals(0, epochs.epoch(C));
        assertTrue(epochs.up(A));
        assertFalse(epochs.up(C));
        assertEquals(List.of(Machine.member(A, 1), Machine.member(B, 2)), state.members());
        assertEquals(Machine.member(A, 1), state.member(A));
        assertNull(state.member(C));
    }

    @Test
    void upAgainEndsWhatTheFormerEpochOwned() {
        machine.bind(A, "phone", "s1");
        machine.bind(B, "desk", "s2");
        machine.attach(A, "c1");
        Journal journal = Journal.of(state);
        assertEquals(6, machine.up(A, 9).index());
        assertEquals(
                List.of("entries of " + A + " ended", "unbound s1 NODE_LOST", "detached c1 NODE_LOST", "up node9 6"),
                journal.take());
        assertEquals(1, state.sessions().size());
        assertEquals(6, epochs.epoch(A));
        assertEquals(2, state.members().size(), "a changed address is an attribute, not another member");
    }

    @Test
    void lostEndsAllEntriesOfTheNodeInOneEntry() {
        machine.bind(A, "phone", "s1");
        machine.bind(A, "desk", "s2");
        machine.attach(A, "c1");
        machine.attach(B, "c2");
        Journal journal = Journal.of(state);
        state.listen(new Directory.Listener() {
            @Override
            public void nodeLost(NodeId node) {
                assertEquals(0, state.sessions().size(), "the view has changed before the first event");
                assertEquals(1, state.sessions().attachments("cb1.x").size());
                assertFalse(epochs.up(A));
            }
        });
        assertEquals(Status.APPLIED, machine.status(new Command.NodeLost(A, 1)));
        assertEquals(
                List.of(
                        "entries of " + A + " ended",
                        "unbound s1 NODE_LOST",
                        "unbound s2 NODE_LOST",
                        "detached c1 NODE_LOST",
                        "lost node1 7"),
                journal.take());
        assertEquals(2, state.members().size(), "a lost member stays a member");
    }

    @Test
    void lostIsForTheCurrentEpochOnly() {
        machine.up(A, 1);
        Journal journal = Journal.of(state);
        assertEquals(Status.NOTHING, machine.status(new Command.NodeLost(A, 1)), "that epoch is over");
        assertEquals(Status.NOTHING, machine.status(new Command.NodeLost(C, 0)), "never seen");
        assertEquals(Status.APPLIED, machine.status(new Command.NodeLost(A, 3)));
        assertEquals(Status.NOTHING, machine.status(new Command.NodeLost(A, 3)), "lost already");
        assertEquals(List.of("entries of " + A + " ended", "lost node1 6"), journal.take());
    }

    @Test
    void aDeposedNodeCannotClaimAnything() {
        machine.bind(A, "phone", "s1");
        machine.status(new Command.NodeLost(A, 1));
        assertEquals(Status.DEPOSED, machine.bind(A, "phone", "s2"));
        assertEquals(Status.DEPOSED, machine.attach(A, "c1"));
        assertEquals(
                Status.DEPOSED, machine.status(new Command.Update(A, 1, "alice@x", "phone", "s1", new byte[] {1})));
        machine.up(A, 1);
        assertEquals(
                Status.DEPOSED,
                machine.status(new Command.Bind(A, 1, "alice@x", "phone", "s3", new byte[0])),
                "a claim from before the loss, late");
        assertEquals(Status.APPLIED, machine.bind(A, "phone", "s4"));
    }

    @Test
    void goneIsForEver() {
        machine.bind(A, "phone", "s1");
        Journal journal = Journal.of(state);
        assertEquals(Status.APPLIED, machine.status(new Command.NodeGone(A)));
        assertEquals(List.of("entries of " + A + " ended", "unbound s1 NODE_LOST", "gone " + A), journal.take());
        assertEquals(List.of(Machine.member(B, 2)), state.members());
        assertEquals(Status.NOTHING, machine.status(new Command.NodeGone(A)));
        assertEquals(Status.REMOVED, machine.up(A, 1).status());
        assertEquals(Status.APPLIED, machine.status(new Command.NodeGone(C)), "not known yet");
        assertEquals(Status.REMOVED, machine.up(C, 3).status(), "its entry came late");
        assertEquals(Status.DEPOSED, machine.bind(A, "phone", "s1"));
    }

    @Test
    void oneMemberAnAddress() {
        Reply taken = machine.up(C, 1);
        assertEquals(Status.ADDRESS_TAKEN, taken.status(), "its holder is up");
        assertEquals(A.value(), taken.detail());
        machine.status(new Command.NodeLost(A, 1));
        Journal journal = Journal.of(state);
        assertEquals(Status.APPLIED, machine.up(C, 1).status());
        assertEquals(List.of("gone " + A, "up node1 5"), journal.take());
        assertEquals(List.of(Machine.member(C, 1), Machine.member(B, 2)), state.members());
        assertEquals(Status.REMOVED, machine.up(A, 1).status(), "whom it replaced stays away");
    }

    @Test
    void framesOfAnEpochThatIsOverAreNotAccepted() {
        assertTrue(epochs.accepts(A, 1));
        assertTrue(epochs.accepts(A, 7), "newer than this node knows");
        assertFalse(epochs.accepts(A, 0));
        assertTrue(epochs.accepts(C, 5), "not known yet");
        machine.status(new Command.NodeLost(A, 1));
        assertFalse(epochs.accepts(A, 1));
        assertFalse(epochs.accepts(A, 3), "the index of the loss");
        assertTrue(epochs.accepts(A, 4));
        machine.up(A, 1);
        assertTrue(epochs.accepts(A, 4));
        machine.up(A, 1);
        assertFalse(epochs.accepts(A, 4), "below the current epoch");
        machine.status(new Command.NodeGone(B));
        assertFalse(epochs.accepts(B, 2));
    }

    @Test
    void membersAndRemovedOnesAreLimited() {
        Machine full = new Machine();
        for (int i = 0; i < Limits.MEMBERS; i++) {
            assertEquals(Status.APPLIED, full.up(node(i), i).status());
        }
        assertEquals(Status.REJECTED, full.up(node(999), 999).status());
        assertEquals(Status.APPLIED, full.up(node(5), 5).status(), "a member may come up again");
        for (int i = 1000; i < 1000 + Limits.REMOVED + 5; i++) {
            full.apply(new Command.NodeGone(node(i)));
        }
        full.apply(new Command.NodeGone(node(0)));
        assertEquals(Status.REMOVED, full.up(node(1010), 200).status());
        assertEquals(Status.APPLIED, full.up(node(1000), 200).status(), "forgotten by now");
    }

    private static NodeId node(int number) {
        return new NodeId(String.format("%016x", number));
    }
}
