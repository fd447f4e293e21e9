package org.trestle.cluster.raft;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which commands of which node have taken effect. Each node has one batch under way at a time, in the order of its
 * numbers, so the last number and the last results of each node are enough. Part of the replicated state: one thread,
 * no clock.
 */
final class Dedup {
    private static final byte[] NONE = Batch.encodeResults(java.util.List.of());

    private record Seen(long epoch, long last, byte[] results) {}

    private final Map<Long, Seen> nodes = new TreeMap<>();

    /** The results to answer a repeated batch with, or null when the batch is new. */
    byte @Nullable [] repeated(Batch batch) {
        Seen seen = nodes.get(batch.node());
        if (seen == null || batch.epoch() > seen.epoch) {
            return null;
        }
        if (batch.epoch() < seen.epoch || batch.last() < seen.last) {
            return NONE; // of a run that has ended, or answered long ago: nobody waits for the results any more
        }
        return batch.last() == seen.last ? seen.results : null;
    }

    void applied(Batch batch, byte[] results) {
        nodes.put(batch.node(), new Seen(batch.epoch(), batch.last(), results));
    }

    /** Forgets a node that never comes back. */
    void forget(long node) {
        nodes.remove(node);
    }

    void clear() {
        nodes.clear();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(nodes.size());
        for (Map.Entry<Long, Seen> entry : nodes.entrySet()) {
            out.writeLong(entry.getKey());
            out.writeLong(entry.getValue().epoch);
            out.writeLong(entry.getValue().last);
            out.writeInt(entry.getValue().results.length);
            out.write(entry.getValue().results);
        }
    }

    void read(DataInput in) throws IOException {
        nodes.clear();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            long node = in.readLong();
            long epoch = in.readLong();
            long last = in.readLong();
            byte[] results = new byte[in.readInt()];
            in.readFully(results);
            nodes.put(node, new Seen(epoch, last, results));
        }
    }
}
