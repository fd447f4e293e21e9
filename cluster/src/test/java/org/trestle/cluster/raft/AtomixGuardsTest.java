package org.trestle.cluster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.roles.FollowerRole;
import io.atomix.utils.concurrent.Scheduled;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.Nodes;
import org.trestle.cluster.log.Nodes.Node;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.log.Tally;

/** What the engine adds to Atomix, seen from outside. */
final class AtomixGuardsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory = Path.of("unset");

    private static LogEngine engine() {
        return new AtomixEngine(new AtomixEngine.Options(1 << 20, 600 << 10, Duration.ofSeconds(30), why -> {}, null));
    }

    private Nodes nodes(int kept) {
        return new Nodes(directory, AtomixGuardsTest::engine, () -> new Tally(kept), Nodes.TUNING);
    }

    @Test
    void anEmptiedDiskUnderTheSameIdNeverLeadsWithoutItsEntries() {
        try (Nodes nodes = nodes(Integer.MAX_VALUE).form(3)) {
            Nodes.submit(nodes.get(0), "words-of-some-length-to-fill-the-log-quickly-", 50_000);
            nodes.agree();
            nodes.all.stream()
                    .map(node -> ((AtomixLog) node.log()).compact())
                    .toList()
                    .forEach(Nodes::get);
            for (int round = 0; round < 3; round++) {
                Node emptied = nodes.follower();
                emptied.kill();
                emptied.wipe();
                emptied.start(LogEngine.Start.JOIN);
                Nodes.get(emptied.log().join(List.of(nodes.leader().id)));
                Nodes.submit(emptied, "round-" + round + "-", 10);
                assertEquals(50_010 + 10L * round, nodes.agree());
            }
            nodes.leader().kill();
            Nodes.submit(nodes.leader(), "end-", 1);
            assertEquals(50_031, nodes.agree());
        }
    }

    @Test
    void aCommandWhoseSessionWasLostTakesEffectOnce() {
        AtomixEngine.Options options =
                new AtomixEngine.Options(1 << 20, 600 << 10, Duration.ofSeconds(1), why -> {}, null);
        try (Nodes nodes = new Nodes(directory, () -> new AtomixEngine(options), Tally::new, Nodes.TUNING).form(3)) {
            Node leader = nodes.leader();
            Node cut = nodes.follower();
            Nodes.submit(cut, "before-", 3);
            nodes.hub.silence(leader.id, cut.id); // it still sends, and hears no answer
            CompletableFuture<byte[]> unanswered =
                    cut.log().submit(Nodes.bytes("once")).toCompletableFuture();
            nodes.await(
                    "the command on the leader",
                    Nodes.SOON,
                    () -> leader.tally().count() == 4);
            nodes.hub.isolate(cut.id, nodes.ids());
            nodes.pause(Duration.ofMillis(2500));
            nodes.hub.heal();
            Nodes.get(unanswered);
            Nodes.submit(cut, "after-", 2);
            assertEquals(6, nodes.agree());
            assertEquals(
                    List.of("before-0", "before-1", "before-2", "once", "after-0", "after-1"),
                    cut.tally().words());
        }
    }

    @Test
    void followersWhoseElectionTimersWereDroppedStillElectALeader() {
        try (Nodes nodes = nodes(10).form(3)) {
            Node leader = nodes.leader();
            nodes.hub.isolate(leader.id, nodes.ids()); // silent, and not known to be dead
            nodes.others(leader).forEach(node -> dropElectionTimer((AtomixLog) node.log()));
            Node next = nodes.leader(nodes.others(leader));
            Nodes.submit(next, "after-", 1);
            nodes.hub.heal();
            assertEquals(1, nodes.agree());
        }
    }

    /** What Atomix does itself when the timer fires while a node is still applying what it missed. */
    private static void dropElectionTimer(AtomixLog log) {
        CompletableFuture<Void> dropped = new CompletableFuture<>();
        RaftContext raft = log.context();
        raft.getThreadContext().execute(() -> {
            try {
                Field timer = FollowerRole.class.getDeclaredField("heartbeatTimer");
                timer.setAccessible(true);
                // Unless it has fired already: then an election is under way, and there is no timer.
                if (raft.getRaftRole() instanceof FollowerRole role && timer.get(role) instanceof Scheduled running) {
                    running.cancel();
                    timer.set(role, null);
                }
                dropped.complete(null);
            } catch (ReflectiveOperationException failure) {
                dropped.completeExceptionally(failure);
            }
        });
        Nodes.get(dropped);
    }

    @Test
    void aLeaderOfNobodyElseHasNoHeartbeatUntilSomebodyJoins() {
        try (Nodes nodes = nodes(10).form(1)) {
            Node alone = nodes.all.get(0);
            nodes.await("the heartbeat to stop", PATIENCE, () -> ((AtomixLog) alone.log()).silent());
            Nodes.submit(alone, "alone-", 3);
            nodes.add().join();
            nodes.add().join();
            nodes.await("the heartbeat to begin", PATIENCE, () -> !((AtomixLog) alone.log()).silent());
            Nodes.submit(nodes.leader(), "together-", 3);
            assertEquals(6, nodes.agree());
        }
    }

    @Test
    void readersOfTheLogAreClosedAgain() {
        try (Nodes nodes = nodes(10).form(3)) {
            for (int i = 0; i < 12; i++) {
                nodes.handOver(nodes.leader(), () -> {});
            }
            for (Node node : nodes.all) {
                int open = ((AtomixLog) node.log()).openReaders();
                assertTrue(open <= 8, "readers open: " + open);
            }
        }
    }

    @Test
    void manyCommandsNeedBoundedMemoryAndDisk() throws IOException {
        int total = Boolean.getBoolean("trestle.long") ? 1_000_000 : 200_000;
        AtomixEngine.Options options =
                new AtomixEngine.Options(8 << 20, 640 << 10, Duration.ofSeconds(30), why -> {}, null);
        try (Nodes nodes =
                new Nodes(directory, () -> new AtomixEngine(options), () -> new Tally(10), Nodes.TUNING).form(3)) {
            Node leader = nodes.leader();
            for (int done = 0; done < total; done += 20_000) {
                Nodes.submit(leader, "a-command-that-is-about-a-hundred-bytes-long-".repeat(2) + done + "-", 20_000);
            }
            assertEquals(total, nodes.agree());
            nodes.await("old files of the log to go", Nodes.SOON, () -> bytes(leader.directory) < 20 << 20);
            System.gc();
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            System.out.println("measured: " + total + " commands: disk of a node " + (bytes(leader.directory) >> 10)
                    + " KiB, heap of three nodes " + (heap >> 20) + " MiB");
            assertTrue(heap < 200 << 20, "heap " + heap);
        }
    }

    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @Test
    void aSnapshotThatCannotBeWrittenStopsTheNode() {
        List<String> halts = new CopyOnWriteArrayList<>();
        StateMachine broken = new StateMachine() {
            @Override
            public byte[] apply(long index, byte[] command) {
                return command;
            }

            @Override
            public void snapshot(DataOutput out) throws IOException {
                throw new IOException("no room");
            }

            @Override
            public void restore(long index, DataInput in) {}
        };
        Replica replica = new Replica(broken, new AppliedIndex(), halts::add, () -> {});
        assertThrows(IllegalStateException.class, replica::snapshot);
        assertEquals(List.of("cannot write a snapshot"), halts);
    }

    @Test
    void aRepeatedBatchTakesEffectOnceAndGetsTheSameAnswer() {
        Tally tally = new Tally();
        Replica replica = new Replica(tally, new AppliedIndex(), why -> {}, () -> {});
        byte[] batch = new Batch(7, 3, 1, Batch.Kind.COMMANDS, List.of(Nodes.bytes("a"), Nodes.bytes("b"))).encode();
        byte[] first = replica.apply(10, batch);
        byte[] again = replica.apply(11, batch);
        assertEquals(List.of("a", "b"), tally.words());
        assertEquals(List.copyOf(hex(first)), List.copyOf(hex(again)));
        byte[] nextRun = new Batch(7, 12, 1, Batch.Kind.COMMANDS, List.of(Nodes.bytes("c"))).encode();
        replica.apply(13, nextRun);
        replica.apply(14, batch);
        assertEquals(List.of("a", "b", "c"), tally.words());
    }

    private static List<String> hex(byte[] results) {
        return Batch.decodeResults(results).stream()
                .map(java.util.HexFormat.of()::formatHex)
                .toList();
    }

    @Test
    void whatWasReplicatedSurvivesASnapshot() {
        Tally tally = new Tally();
        Replica replica = new Replica(tally, new AppliedIndex(), why -> {}, () -> {});
        NodeId gone = new NodeId("00000000000000ab");
        byte[] batch = new Batch(7, 3, 1, Batch.Kind.COMMANDS, List.of(Nodes.bytes("a"))).encode();
        replica.apply(10, batch);
        byte[] id = java.nio.ByteBuffer.allocate(8).putLong(Ids.number(gone)).array();
        replica.apply(11, new Batch(7, 3, 2, Batch.Kind.RETIRE, List.of(id)).encode());
        byte[] snapshot = replica.snapshot();

        Tally other = new Tally();
        AppliedIndex applied = new AppliedIndex();
        Replica copy = new Replica(other, applied, why -> {}, () -> {});
        byte[] header = java.util.Arrays.copyOf(snapshot, Replica.HEADER);
        copy.restore(header, java.util.Arrays.copyOfRange(snapshot, Replica.HEADER, snapshot.length));
        assertEquals(1, copy.position());
        assertEquals(11, applied.index());
        assertTrue(copy.retired(gone));
        assertFalse(copy.retired(new NodeId("00000000000000ac")));
        copy.apply(12, batch);
        assertEquals(List.of("a"), other.words());
    }

    @Test
    void onlyClassesOfTheProtocolAreRead() {
        byte[] good = Wire.encode("word", 1, 2);
        assertEquals("word", Wire.decode(good).message());
        assertThrows(RuntimeException.class, () -> Wire.encode(new java.io.File("/"), 0, 0));
        byte[] otherVersion = good.clone();
        otherVersion[0] = 9;
        assertThrows(IllegalArgumentException.class, () -> Wire.decode(otherVersion));
        byte[] otherClass = good.clone();
        otherClass[17] = 127;
        otherClass[18] = 127;
        assertThrows(RuntimeException.class, () -> Wire.decode(otherClass));
    }

    @Test
    void aBatchThatClaimsTooMuchIsRefused() {
        byte[] bytes = new Batch(1, 1, 1, Batch.Kind.BARRIER, List.of(new byte[0])).encode();
        bytes[26] = 127;
        assertThrows(IllegalArgumentException.class, () -> Batch.decode(bytes));
        bytes[0] = 2;
        assertThrows(IllegalArgumentException.class, () -> Batch.decode(bytes));
    }
}
