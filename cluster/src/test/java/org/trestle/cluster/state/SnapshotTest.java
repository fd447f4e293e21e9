package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.B;
import static org.trestle.cluster.state.Machine.C;
import static org.trestle.cluster.state.Machine.utf8;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.sim.Property;

final class SnapshotTest {

    private static Machine full() {
        Machine machine = Machine.withTwoNodes();
        machine.put("alice", "1");
        machine.put("bob", "1");
        machine.apply(
                new Command.Write(Change.of().put("settings", "k", utf8("v")).build()));
        machine.bind(A, "phone", "s1");
        machine.bind(B, "desk", "s2");
        machine.attach(A, "c1");
        machine.attach(B, "c2");
        machine.apply(new Command.NodeGone(C));
        return machine;
    }

    @Test
    void equalStatesGiveEqualBytes() throws IOException {
        Machine one = full();
        byte[] snapshot = Machine.snapshot(one.state);
        ClusterState other = new ClusterState();
        Machine.restore(other, 10, snapshot);
        assertArrayEquals(snapshot, Machine.snapshot(other));
        assertEquals(one.state.digest(), other.digest());
        assertEquals(10, other.appliedIndex());
        assertEquals(one.state.members(), other.members());
        one.put("alice", "2");
        assertNotEquals(one.state.digest(), other.digest());
        other.reset();
        assertEquals(new ClusterState().digest(), other.digest());
        assertEquals(0, other.appliedIndex());
    }

    @Test
    void aStateGoesOnFromASnapshotAsTheOriginalDoes() throws IOException {
        Machine one = full();
        ClusterState other = new ClusterState();
        Machine.restore(other, 10, Machine.snapshot(one.state));
        List<Command> more = List.of(
                new Command.Unbind("alice@x", "phone", "s1"),
                new Command.NodeLost(B, 2),
                new Command.NodeUp(Machine.member(C, 3)),
                new Command.NodeUp(Machine.member(B, 2)),
                new Command.Bind(B, 14, "bob@x", "r", "s9", new byte[0]));
        long index = 10;
        for (Command command : more) {
            index++;
            Reply reply = one.apply(command);
            assertEquals(reply, Reply.decode(other.apply(index, CommandCodec.encode(command))));
        }
        assertEquals(one.state.digest(), other.digest());
    }

    @Test
    void aSnapshotIsToldAsTheDifferencesItMakes() throws IOException {
        Machine behind = full();
        Journal journal = Journal.of(behind.state);
        Machine ahead = full();
        ahead.put("alice", "2");
        ahead.apply(new Command.Write(Change.of().delete("users", "bob").build()));
        ahead.put("carol", "1");
        ahead.apply(new Command.Update(A, 1, "alice@x", "phone", "s1", new byte[] {1}));
        ahead.apply(new Command.NodeLost(B, 2));
        ahead.bind(A, "desk", "s3");
        ahead.bind(A, "tablet", "s4");
        ahead.attach(A, "c3");
        ahead.apply(new Command.Detach("cb1.x", "c1"));
        Machine.restore(behind.state, 19, Machine.snapshot(ahead.state));
        assertEquals(
                List.of(
                        "row bob=1 -> -",
                        "row alice=1 -> alice=2",
                        "row - -> carol=1",
                        "entries of " + B + " ended",
                        "unbound s2 NODE_LOST",
                        "updated s1 0 -> 1",
                        "bound s3",
                        "bound s4",
                        "detached c1 CLOSED",
                        "detached c2 NODE_LOST",
                        "attached c3",
                        "lost node2 15"),
                journal.take());
        Machine.restore(behind.state, 19, Machine.snapshot(ahead.state));
        assertEquals(List.of(), journal.take(), "the same again is no difference");
    }

    @Test
    void aSessionThatWasReplacedMeanwhileIsToldSo() throws IOException {
        Machine behind = full();
        Journal journal = Journal.of(behind.state);
        Machine ahead = full();
        ahead.bind(B, "phone", "s5");
        ahead.up(B, 7);
        ahead.bind(A, "phone", "s6");
        Machine.restore(behind.state, 13, Machine.snapshot(ahead.state));
        assertEquals(
                List.of(
                        "entries of " + B + " ended",
                        "unbound s1 REPLACED",
                        "unbound s2 NODE_LOST",
                        "bound s6",
                        "detached c2 NODE_LOST",
                        "up node7 12"),
                journal.take());
    }

    @Test
    void forgettingEverythingIsToldToo() {
        Machine machine = full();
        Journal journal = Journal.of(machine.state);
        machine.state.reset();
        assertEquals(
                List.of(
                        "row alice=1 -> -",
                        "row bob=1 -> -",
                        "entries of " + A + " ended",
                        "entries of " + B + " ended",
                        "unbound s1 NODE_LOST",
                        "unbound s2 NODE_LOST",
                        "detached c1 NODE_LOST",
                        "detached c2 NODE_LOST",
                        "gone " + A,
                        "gone " + B),
                journal.take());
        assertEquals(0, machine.state.sessions().size());
        assertEquals(List.of(), machine.state.members());
    }

    @Test
    void aDamagedSnapshotChangesNothing() throws IOException {
        byte[] snapshot = Machine.snapshot(full().state);
        ClusterState state = full().state;
        String digest = state.digest();
        for (int length = 0; length < snapshot.length; length++) {
            byte[] cut = Arrays.copyOf(snapshot, length);
            assertThrows(IOException.class, () -> Machine.restore(state, 20, cut));
        }
        byte[] newer = snapshot.clone();
        newer[0] = 2;
        IOException refusal = assertThrows(IOException.class, () -> Machine.restore(state, 20, newer));
        assertEquals(
                "snapshot version 2, this node knows 1: run the version of Trestle that wrote it, or a newer one",
                refusal.getMessage());
        assertEquals(digest, state.digest());
        assertEquals(10, state.appliedIndex());
    }

    @Test
    void noBytesMakeRestoringThrowAnythingElse() throws IOException {
        byte[] snapshot = Machine.snapshot(full().state);
        Property.forAll(1, 5_000, random -> damaged(snapshot, random), bytes -> {
            try {
                Machine.restore(new ClusterState(), 1, bytes);
            } catch (IOException asItShould) {
                assertNotEquals(null, asItShould);
            }
        });
    }

    private static byte[] damaged(byte[] snapshot, Random random) {
        byte[] bytes = snapshot.clone();
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        return bytes;
    }
}
