package org.trestle.cluster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.LogEngine.Start;
import org.trestle.cluster.log.Nodes;
import org.trestle.cluster.log.Nodes.Node;
import org.trestle.cluster.log.Tally;

/** A damaged log is reported with file and position, and only what was never acknowledged is cut off. */
final class DiskDamageTest {
    @TempDir
    Path directory = Path.of("unset");

    private final List<String> halts = new CopyOnWriteArrayList<>();
    private final AtomicLong space = new AtomicLong(Long.MAX_VALUE);
    private Nodes nodes = new Nodes(directory, this::engine, Tally::new, Nodes.TUNING);
    private Node node = nodes.add();

    private LogEngine engine() {
        return new AtomixEngine(
                new AtomixEngine.Options(1 << 20, 600 << 10, Duration.ofSeconds(30), halts::add, space::get));
    }

    @BeforeEach
    void threeFilesOfLog() {
        nodes.close();
        nodes = new Nodes(directory, this::engine, Tally::new, Nodes.TUNING);
        node = nodes.add().start(Start.BOOTSTRAP);
        for (int i = 0; i < 17; i++) {
            Nodes.submit(node, "some-words-to-fill-a-file-of-the-log-" + i + "-", 3000);
        }
    }

    @AfterEach
    void close() {
        nodes.close();
    }

    private Path file(String name) {
        return node.directory.resolve(name);
    }

    private void flip(Path path, long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(position);
            int value = file.read();
            file.seek(position);
            file.write(value ^ 0x10);
        }
    }

    private int end(Path path) throws Exception {
        return SegmentScan.of(path, 600 << 10).end;
    }

    private String refusal() {
        return nodes.refused(node.id, node.directory, Start.RESUME);
    }

    @Test
    void aRecordThatChangedInAClosedFileIsReported() throws Exception {
        node.kill();
        flip(file("raft-1.log"), 200_000);
        String message = refusal();
        assertTrue(message.contains("raft-1.log is damaged at position"), message);
        assertTrue(message.contains("remove the node from the cluster"), message);
        assertEquals(message, refusal(), "nothing was changed by looking");
    }

    @Test
    void aRecordThatChangedInTheNewestFileIsReported() throws Exception {
        node.kill();
        flip(file("raft-3.log"), 5_000);
        assertTrue(refusal().contains("raft-3.log is damaged at position"), refusal());
    }

    @Test
    void theLastAcknowledgedRecordIsNotTakenForATornOne() throws Exception {
        node.kill();
        Path newest = file("raft-3.log");
        flip(newest, end(newest) - 3);
        assertTrue(refusal().contains("raft-3.log is damaged at position"), refusal());
    }

    @Test
    void zerosInPlaceOfAcknowledgedRecordsAreReported() throws Exception {
        node.kill();
        Path newest = file("raft-3.log");
        int end = end(newest);
        try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
            file.seek(4096);
            file.write(new byte[end - 4096]);
        }
        assertTrue(refusal().contains("raft-3.log"), refusal());
    }

    @Test
    void aTornRecordAtTheEndIsCutOff() throws Exception {
        long before = node.tally().count();
        node.kill();
        Path newest = file("raft-3.log");
        try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
            file.seek(end(newest));
            file.write(ByteBuffer.allocate(8).putInt(900).putInt(12345).array());
            file.write("half of a rec".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        node.restart();
        Nodes.submit(node, "after-", 1);
        assertEquals(before + 1, node.tally().count());
        assertTrue(SegmentScan.of(newest, 600 << 10).clean);
    }

    @Test
    void truncatedAndMissingFilesAreReported() throws Exception {
        node.kill();
        byte[] second = Files.readAllBytes(file("raft-2.log"));
        Files.write(file("raft-2.log"), java.util.Arrays.copyOf(second, 300_000));
        assertTrue(refusal().contains("raft-2.log is truncated"), refusal());
        Files.delete(file("raft-2.log"));
        assertTrue(refusal().contains("raft-1.log ends with entry"), refusal());
        Files.write(file("raft-2.log"), second);
        Files.move(file("raft-1.log"), file("elsewhere"));
        assertTrue(refusal().contains("entries 1 to"), refusal());
        Files.delete(file("raft-2.log"));
        Files.delete(file("raft-3.log"));
        assertTrue(refusal().contains("are missing"), refusal());
    }

    @Test
    void aDamagedHeaderOrTermOrListOfMembersIsReported() throws Exception {
        node.kill();
        flip(file("raft-2.log"), 1);
        assertTrue(refusal().contains("raft-2.log is damaged at position 0"), refusal());
        flip(file("raft-2.log"), 1);
        byte[] meta = Files.readAllBytes(file("raft.meta"));
        Files.write(file("raft.meta"), new byte[meta.length]);
        assertTrue(refusal().contains("raft.meta is damaged"), refusal());
        Files.write(file("raft.meta"), meta);
        flip(file("raft.conf"), 6);
        assertTrue(refusal().contains("raft.conf is damaged"), refusal());
    }

    @Test
    void aDamagedSnapshotIsReported() throws Exception {
        Nodes.get(((AtomixLog) node.log()).compact());
        long count = node.tally().count();
        node.kill();
        String[] names = node.directory.toFile().list((parent, name) -> name.endsWith(".snapshot"));
        Path snapshot = file(java.util.Objects.requireNonNull(names)[0]);
        flip(snapshot, Files.size(snapshot) / 2);
        assertTrue(refusal().contains("the checksum is wrong"), refusal());
        flip(snapshot, Files.size(snapshot) / 2);
        byte[] whole = Files.readAllBytes(snapshot);
        Files.write(snapshot, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertTrue(refusal().contains(".snapshot is damaged at position 64"), refusal());
        Files.delete(snapshot);
        assertTrue(refusal().contains("entries 1 to"), refusal());
        Files.write(snapshot, whole);
        node.restart();
        Nodes.submit(node, "after-", 1);
        assertEquals(count + 1, node.tally().count());
    }

    @Test
    void aFullDiskStopsTheNode() {
        space.set(1 << 20);
        nodes.await("the node to stop", Nodes.SOON, () -> halts.contains("disk full"));
    }
}
