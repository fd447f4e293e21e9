package org.trestle.cluster.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.StateMachine;

/**
 * The state machine with what the engine itself replicates: which commands took effect, and which ids are retired.
 * Everything here but {@link #retired} and {@link #position} is called by the one thread that applies the log.
 *
 * <p>Commands are numbered from 1 in the order in which they take effect; that number is the index that the machine
 * sees, because several commands share one entry of the Raft log.
 */
final class Replica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    private static final int MAGIC = 0x5452534E;
    private static final int FORMAT = 1;
    /** Magic, format, length and checksum in front of a snapshot's body. */
    static final int HEADER = 4 + 4 + 4 + 4;
    /** Ids of removed nodes to remember, the newest; beyond that, only the transport's address book keeps them out. */
    static final int RETIRED_LIMIT = 1024;

    private final StateMachine machine;
    private final AppliedIndex applied;
    private final Halt halt;
    private final Runnable changed;
    private final Dedup dedup = new Dedup();
    private final Set<Long> retiring = new LinkedHashSet<>();
    private volatile Set<Long> retired = Set.of();
    private volatile long position;
    private long raftIndex;

    Replica(StateMachine machine, AppliedIndex applied, Halt halt, Runnable changed) {
        this.machine = machine;
        this.applied = applied;
        this.halt = halt;
        this.changed = changed;
    }

    /** The number of the last command that took effect here. Any thread. */
    long position() {
        return position;
    }

    /** True for a node that was removed: its id may not join again. Any thread. */
    boolean retired(NodeId node) {
        return retired.contains(Ids.number(node));
    }

    byte[] apply(long index, byte[] entry) {
        Batch batch = Batch.decode(entry);
        byte[] results = dedup.repeated(batch);
        if (results == null) {
            results = switch (batch.kind()) {
                case COMMANDS -> commands(batch);
                case BARRIER -> barriers(batch);
                case RETIRE -> retire(batch);
            };
            dedup.applied(batch, results);
        }
        raftIndex = index;
        applied.advance(index);
        changed.run();
        return results;
    }

    private byte[] commands(Batch batch) {
        List<byte[]> results = new ArrayList<>(batch.commands().size());
        for (byte[] command : batch.commands()) {
            long next = position + 1;
            results.add(one(next, command));
            position = next;
        }
        return Batch.encodeResults(results);
    }

    private byte[] one(long index, byte[] command) {
        try {
            return Outcome.done(machine.apply(index, command));
        } catch (RuntimeException bug) {
            // Every node fails the same way at the same place, so they stay equal; the caller hears of it.
            LOG.error("Command {} failed in the state machine", index, bug);
            return Outcome.failed(bug.toString());
        }
    }

    private byte[] barriers(Batch batch) {
        byte[] here = Outcome.done(ByteBuffer.allocate(8).putLong(position).array());
        return Batch.encodeResults(Collections.nCopies(batch.commands().size(), here));
    }

    private byte[] retire(Batch batch) {
        for (byte[] id : batch.commands()) {
            long node = ByteBuffer.wrap(id).getLong();
            retiring.add(node);
            dedup.forget(node);
        }
        while (retiring.size() > RETIRED_LIMIT) {
            retiring.remove(retiring.iterator().next());
        }
        retired = Set.copyOf(retiring);
        return Batch.encodeResults(Collections.nCopies(batch.commands().size(), Outcome.done(new byte[0])));
    }

    /** The whole state with a checksum; a failure stops the process, so that no half snapshot can replace the log. */
    byte[] snapshot() {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(position);
            out.writeLong(raftIndex);
            dedup.write(out);
            out.writeInt(retiring.size());
            for (long node : retiring) {
                out.writeLong(node);
            }
            machine.snapshot(out);
            byte[] body = bytes.toByteArray();
            return ByteBuffer.allocate(HEADER + body.length)
                    .putInt(MAGIC)
                    .putInt(FORMAT)
                    .putInt(body.length)
                    .putInt(checksum(body))
                    .put(body)
                    .array();
        } catch (IOException | RuntimeException failure) {
            LOG.error(
                    "Cannot write a snapshot of the replicated state; this node stops before it damages its log",
                    failure);
            halt.halt("cannot write a snapshot");
            throw new IllegalStateException(failure);
        }
    }

    /** Whether {@code body} is what {@code header} says. */
    static boolean intact(byte[] header, byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(header);
        return in.getInt() == MAGIC
                && in.getInt() == FORMAT
                && in.getInt() == body.length
                && in.getInt() == checksum(body);
    }

    int bodyLength(byte[] header) {
        ByteBuffer in = ByteBuffer.wrap(header);
        if (in.getInt() != MAGIC || in.getInt() != FORMAT) {
            LOG.error(
                    "A snapshot has an unknown format; this node stops. Remove it from the cluster and join it again.");
            halt.halt("a snapshot of an unknown format");
            throw new IllegalStateException("a snapshot of an unknown format");
        }
        return in.getInt();
    }

    void restore(byte[] header, byte[] body) {
        if (!intact(header, body)) {
            LOG.error("A snapshot is damaged (its checksum is wrong); this node stops. Remove it and join it again.");
            halt.halt("a damaged snapshot");
            throw new IllegalStateException("a damaged snapshot");
        }
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
            long restored = in.readLong();
            raftIndex = in.readLong();
            dedup.read(in);
            retiring.clear();
            for (int left = in.readInt(); left > 0; left--) {
                retiring.add(in.readLong());
            }
            machine.restore(restored, in);
            retired = Set.copyOf(retiring);
            position = restored;
        } catch (IOException | RuntimeException failure) {
            LOG.error("Cannot read a snapshot of the replicated state; this node stops", failure);
            halt.halt("cannot read a snapshot");
            throw new IllegalStateException(failure);
        }
        applied.advance(raftIndex);
        changed.run();
    }

    static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }
}
