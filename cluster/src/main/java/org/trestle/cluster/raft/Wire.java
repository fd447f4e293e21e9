package org.trestle.cluster.raft;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.utils.serializer.Serializer;
import java.nio.ByteBuffer;

/**
 * How a Raft message travels: a version, a note of ours, and Atomix's message in Atomix's own serialization, which
 * reads the classes of its protocol and refuses all others.
 */
final class Wire {
    static final byte VERSION = 1;
    private static final Serializer SERIALIZER = Serializer.using(RaftNamespaces.RAFT_PROTOCOL);
    private static final int HEADER = 1 + 8 + 8;

    /**
     * A message and the note beside it.
     *
     * @param message one of Atomix's protocol classes
     * @param first append: nanoseconds since the leader heard a quorum; poll: 1 when the leader refuses connections;
     *     answers to clients: the leader's term
     * @param second answers to clients: the leader's commit index
     */
    record Noted(Object message, long first, long second) {}

    private Wire() {}

    static byte[] encode(Object message, long first, long second) {
        byte[] body = SERIALIZER.encode(message);
        return ByteBuffer.allocate(HEADER + body.length)
                .put(VERSION)
                .putLong(first)
                .putLong(second)
                .put(body)
                .array();
    }

    static Noted decode(byte[] bytes) {
        if (bytes.length < HEADER || bytes[0] != VERSION) {
            throw new IllegalArgumentException("a Raft message of an unknown version");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        long first = in.getLong();
        long second = in.getLong();
        byte[] body = new byte[in.remaining()];
        in.get(body);
        return new Noted(SERIALIZER.decode(body), first, second);
    }
}
