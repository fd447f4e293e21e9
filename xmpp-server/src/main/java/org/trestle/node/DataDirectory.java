package org.trestle.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** The data directory, held by this process alone: two nodes in one directory would destroy each other's log. */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes the directory when it is not there (for its owner only), and takes it. */
    static DataDirectory take(Path path) throws StartException {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            FileChannel channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock held = tryLock(channel);
            if (held == null) {
                String other = holder(channel);
                channel.close();
                throw new StartException("another node runs in " + path + other
                        + ": stop it first, or give this one another directory (--node DIR, or trestle.data)");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataDirectory(path, channel);
        } catch (AccessDeniedException denied) {
            throw new StartException(
                    "the data directory " + path + " cannot be used: this user ("
                            + System.getProperty("user.name") + ") may not write " + denied.getFile()
                            + "; run as its owner, or give another directory (--node DIR, or trestle.data)",
                    denied);
        } catch (IOException unusable) {
            throw new StartException(
                    "the data directory " + path + " cannot be used: " + unusable.getMessage()
                            + "; give another directory (--node DIR, or trestle.data)",
                    unusable);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? "" : " (process " + text + ")";
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException unlockedAnyway) {
            return; // the system gives the lock back with the process
        }
    }
}
