package org.trestle.cluster.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.time.Timers;

/**
 * Stops this node while there is still room for an orderly log, because Atomix would go on with half-written records.
 * Looks at the disk at most ten times a second. On the Raft thread.
 */
final class DiskSpace {
    private static final Logger LOG = LoggerFactory.getLogger(DiskSpace.class);
    private static final long INTERVAL = Duration.ofMillis(100).toNanos();

    private final Path directory;
    private final LongSupplier usable;
    private final long reserve;
    private final Timers timers;
    private final Halt halt;
    private long looked;
    private boolean full;

    /**
     * @param usable the bytes that may still be written
     * @param reserve with fewer than these bytes left the disk counts as full
     */
    DiskSpace(Path directory, LongSupplier usable, long reserve, Timers timers, Halt halt) {
        this.directory = directory;
        this.usable = usable;
        this.reserve = reserve;
        this.timers = timers;
        this.halt = halt;
        this.looked = timers.nanos() - INTERVAL;
    }

    void check() {
        long now = timers.nanos();
        if (now - looked >= INTERVAL) {
            looked = now;
            full = usable.getAsLong() < reserve;
        }
        if (full) {
            LOG.error(
                    "disk full: fewer than {} MiB are left for the log in {}; this node stops so that it does not "
                            + "damage the log. Free some space and start it again.",
                    reserve >> 20,
                    directory);
            halt.halt("disk full");
            throw new IllegalStateException("disk full");
        }
    }
}
