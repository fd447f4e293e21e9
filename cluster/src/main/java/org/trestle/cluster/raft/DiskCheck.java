package org.trestle.cluster.raft;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.utils.serializer.Serializer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.log.LogException;

/**
 * Reads the whole log before Atomix does, because Atomix silently ends its log at the first record it cannot read, and
 * deletes the files behind. Only what was never acknowledged is ever cut off, and that is said.
 */
final class DiskCheck {
    static final String ADVICE =
            " Restore this node's data directory from a backup taken while it was stopped, or remove"
                    + " the node from the cluster on another member, empty its data directory, and join it as a new node.";

    private static final Logger LOG = LoggerFactory.getLogger(DiskCheck.class);
    private static final String META = LogDirectory.PREFIX + ".meta";
    private static final String CONFIGURATION = LogDirectory.PREFIX + ".conf";
    private static final Serializer STORED = Serializer.using(RaftNamespaces.RAFT_STORAGE);

    private final Path directory;
    private final int entryBytes;

    /**
     * What is in a directory.
     *
     * @param last the index of the last entry; 0 in an empty log
     * @param configuration the newest configuration of members in the log, when there is one; Raft says that it
     *     counts as soon as it is in the log, and Atomix forgets it at a restart
     */
    record Found(long last, @Nullable Configuration configuration) {}

    private DiskCheck(Path directory, int entryBytes) {
        this.directory = directory;
        this.entryBytes = entryBytes;
    }

    static Found run(Path directory, int entryBytes) throws LogException {
        try {
            return new DiskCheck(directory, entryBytes).check();
        } catch (IOException failure) {
            throw new LogException("the log in " + directory + " cannot be read: " + failure + "." + ADVICE, failure);
        }
    }

    private Found check() throws LogException, IOException {
        long snapshot = snapshot();
        List<SegmentScan> segments = segments();
        if (segments.isEmpty()) {
            if (snapshot > 0 || SyncMark.read(directory) > 0 || term() > 0) {
                throw new LogException(
                        "the files " + LogDirectory.PREFIX + "-*.log are missing in " + directory + "." + ADVICE);
            }
            return new Found(0, null);
        }
        SegmentScan head = segments.get(0);
        if (head.first > snapshot + 1) {
            throw new LogException(head.file + " begins with entry " + head.first + ", and entries " + (snapshot + 1)
                    + " to " + (head.first - 1) + " are missing." + ADVICE);
        }
        for (int i = 0; i + 1 < segments.size(); i++) {
            closed(segments.get(i), segments.get(i + 1));
        }
        SegmentScan newest = segments.get(segments.size() - 1);
        newest(newest);
        meta(segments.stream().mapToLong(segment -> segment.lastTerm).max().orElse(0));
        storedConfiguration();
        Configuration configuration = null;
        for (SegmentScan segment : segments) {
            configuration = segment.configuration == null ? configuration : segment.configuration;
        }
        return new Found(newest.last, configuration);
    }

    private List<SegmentScan> segments() throws LogException, IOException {
        List<Path> files = files(name -> name.matches(LogDirectory.PREFIX + "-[0-9]+\\.log"));
        List<SegmentScan> segments = new ArrayList<>();
        for (Path file : files) {
            boolean newest = file.equals(files.get(files.size() - 1));
            boolean needed = files.size() == 1 && SyncMark.read(directory) > 0;
            if (newest && !needed && SegmentScan.unborn(file)) {
                LOG.warn("{} was never written to (it was made just before a crash); it is deleted", file);
                Files.delete(file);
            } else {
                segments.add(SegmentScan.of(file, entryBytes));
            }
        }
        segments.sort(Comparator.comparingLong(segment -> segment.first));
        return segments;
    }

    private List<Path> files(java.util.function.Predicate<String> named) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> named.test(file.getFileName().toString()))
                    .sorted(Comparator.comparingLong(DiskCheck::number))
                    .toList();
        }
    }

    private static long number(Path file) {
        String digits = file.getFileName().toString().replaceAll("[^0-9]", "");
        return digits.isEmpty() || digits.length() > 18 ? 0 : Long.parseLong(digits);
    }

    private long snapshot() throws LogException, IOException {
        long newest = 0;
        for (Path file : files(name -> name.endsWith(".snapshot"))) {
            SnapshotScan scan = SnapshotScan.of(file);
            newest = scan.complete ? Math.max(newest, scan.index) : newest;
        }
        return newest;
    }

    private void closed(SegmentScan segment, SegmentScan next) throws LogException {
        if (segment.last + 1 == next.first) {
            return;
        }
        if (!segment.clean) {
            throw damaged(segment);
        }
        throw new LogException(segment.file + " ends with entry " + segment.last + " at position " + segment.end
                + ", but " + next.file + " begins with entry " + next.first + "." + ADVICE);
    }

    private void newest(SegmentScan segment) throws LogException, IOException {
        long synced = SyncMark.read(directory);
        if (segment.resumesAt > 0 || (!segment.clean && segment.last < synced)) {
            throw damaged(segment);
        }
        if (segment.last < synced) {
            throw new LogException(segment.file + " ends with entry " + segment.last + " at position " + segment.end
                    + ", but entries up to " + synced + " were acknowledged." + ADVICE);
        }
        if (!segment.clean) {
            LOG.warn(
                    "{}: the last entry, at position {}, was being written when this node stopped; it was never "
                            + "acknowledged, and is cut off",
                    segment.file,
                    segment.end);
            try (RandomAccessFile file = new RandomAccessFile(segment.file.toFile(), "rw")) {
                long size = file.length();
                file.setLength(segment.end);
                file.setLength(size);
                file.getFD().sync();
            }
        }
    }

    private static LogException damaged(SegmentScan segment) {
        return new LogException(segment.file + " is damaged at position " + segment.end + ": entry "
                + (segment.last + 1) + " cannot be read." + ADVICE);
    }

    private void meta(long highestTerm) throws LogException, IOException {
        Path file = directory.resolve(META);
        long term = term();
        if (term < highestTerm) {
            throw new LogException(file + " is damaged at position 0: it says that the term is " + term
                    + ", but there are entries of term " + highestTerm + " in the log." + ADVICE);
        }
    }

    private long term() throws IOException {
        Path file = directory.resolve(META);
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return bytes.length < 8 ? 0 : ByteBuffer.wrap(bytes).getLong();
    }

    private void storedConfiguration() throws LogException, IOException {
        Path file = directory.resolve(CONFIGURATION);
        byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        if (bytes.length == 0 || bytes[0] == 0) {
            return;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
            byte[] body = new byte[in.getInt()];
            in.get(body);
            Configuration stored = STORED.decode(body);
            LOG.debug("stored configuration of members: {}", stored);
        } catch (RuntimeException failure) {
            throw new LogException(file + " is damaged: the list of members cannot be read." + ADVICE, failure);
        }
    }
}
