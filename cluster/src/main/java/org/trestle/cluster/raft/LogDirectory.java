package org.trestle.cluster.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogEngine.Start;
import org.trestle.cluster.log.LogException;

/** The directory of one node's log: whose it is, and that no other process has it open. */
final class LogDirectory {
    static final String PREFIX = "raft";
    private static final String OWNER = "node";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lockFile;

    private final SyncMark synced;
    private final DiskCheck.Found found;

    private LogDirectory(Path path, FileChannel lockFile, DiskCheck.Found found) throws IOException {
        this.path = path;
        this.lockFile = lockFile;
        this.found = found;
        this.synced = new SyncMark(path);
    }

    SyncMark synced() {
        return synced;
    }

    DiskCheck.Found found() {
        return found;
    }

    Path path() {
        return path;
    }

    void close() throws IOException {
        synced.close();
        lockFile.close();
    }

    static LogDirectory open(Path path, NodeId self, Start start, int entryBytes) throws LogException {
        try {
            if (start != Start.RESUME) {
                Files.createDirectories(path);
            }
            checkOwner(path, self, start);
            FileChannel lockFile =
                    FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(lockFile) == null) {
                lockFile.close();
                throw new LogException("the log in " + path + " is in use by another process; stop that one first");
            }
            return checked(path, lockFile, entryBytes);
        } catch (IOException failure) {
            throw new LogException(
                    "cannot open the log in " + path + ": " + failure
                            + "; check that the directory exists and that this " + "user may write to it",
                    failure);
        }
    }

    private static LogDirectory checked(Path path, FileChannel lockFile, int entryBytes)
            throws LogException, IOException {
        boolean usable = false;
        try {
            LogDirectory directory = new LogDirectory(path, lockFile, DiskCheck.run(path, entryBytes));
            usable = true;
            return directory;
        } finally {
            if (!usable) {
                lockFile.close();
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException thisProcess) {
            return null;
        }
    }

    private static void checkOwner(Path path, NodeId self, Start start) throws IOException, LogException {
        Path marker = path.resolve(OWNER);
        if (Files.exists(marker)) {
            String owner = Files.readString(marker, StandardCharsets.UTF_8).strip();
            if (!owner.equals(self.value())) {
                throw new LogException("the log in " + path + " belongs to node " + owner + ", not to node " + self
                        + "; a log and its node's identity stay together: put back the identity that belongs to this "
                        + "log, or empty the data directory and join the cluster as a new node");
            }
            return;
        }
        if (start == Start.RESUME) {
            throw new LogException(
                    "there is no log in " + path + ", but this node was a member of a cluster; its disk was"
                            + " emptied or another one is mounted. Mount the right one, or remove node " + self
                            + " from the cluster on another member and join this one as a new node");
        }
        try (FileChannel out = FileChannel.open(marker, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(java.nio.ByteBuffer.wrap((self.value() + "\n").getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
    }
}
