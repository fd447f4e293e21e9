package org.trestle.cluster.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/** A machine on the bench: commands go straight in, one entry each. */
final class Machine {
    static final NodeId A = new NodeId("00000000000000a1");
    static final NodeId B = new NodeId("00000000000000b2");
    static final NodeId C = new NodeId("00000000000000c3");

    final ClusterState state = new ClusterState();
    private long index;

    /** A and B are up, in the epochs 1 and 2. */
    static Machine withTwoNodes() {
        Machine machine = new Machine();
        machine.up(A, 1);
        machine.up(B, 2);
        return machine;
    }

    Reply apply(Command command) {
        index++;
        return Reply.decode(state.apply(index, CommandCodec.encode(command)));
    }

    Reply.Status status(Command command) {
        return apply(command).status();
    }

    Reply up(NodeId node, int host) {
        return apply(new Command.NodeUp(member(node, host)));
    }

    Reply.Status bind(NodeId node, String resource, String session) {
        return status(new Command.Bind(node, state.epochs().epoch(node), "alice@x", resource, session, new byte[0]));
    }

    Reply.Status attach(NodeId node, String connection) {
        return status(new Command.Attach(node, state.epochs().epoch(node), "cb1.x", connection));
    }

    Reply.Status put(String key, String value) {
        return status(
                new Command.Write(Change.of().put("users", key, utf8(value)).build()));
    }

    static MemberRecord member(NodeId node, int host) {
        return new MemberRecord(
                node, "node" + host, new NodeAddress("10.0.0." + host, 5290), new NodeAddress("10.0.0." + host, 5222));
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] snapshot(ClusterState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.snapshot(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    static void restore(ClusterState state, long index, byte[] snapshot) throws IOException {
        state.restore(index, new DataInputStream(new ByteArrayInputStream(snapshot)));
    }
}
