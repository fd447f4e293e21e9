package org.trestle.cluster.sim;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.state.ClusterState;
import org.trestle.cluster.state.MemberRecord;
import org.trestle.cluster.state.StateDirectory;
import org.trestle.cluster.state.StateNodes;
import org.trestle.cluster.state.StateTables;
import org.trestle.cluster.transport.PeerTransport;

/** One process of a node of {@link TestCluster}; what it knows is gone with it, except for its log. */
public final class TestNode {
    private final MemberRecord record;
    private final SimProcess process;
    private final PeerTransport transport;
    private final ClusterState state = new ClusterState();
    private final StateTables tables;
    private final StateDirectory directory;
    private final StateNodes nodes;
    private @Nullable ReplicatedLog log;

    TestNode(TestCluster cluster, MemberRecord record, SimProcess process, PeerTransport transport) {
        this.record = record;
        this.process = process;
        this.transport = transport;
        this.tables = new StateTables(state, this::log, index -> cluster.appliedEverywhere(this, index));
        this.directory =
                new StateDirectory(state, this::log, this::id, index -> cluster.appliedEverywhere(this, index));
        this.nodes = new StateNodes(this::log);
    }

    void log(ReplicatedLog opened) {
        log = opened;
    }

    /** The machine that the log drives: the state, watched by the cluster's checks. */
    StateMachine machine(TestCluster.Observer observer) {
        return new StateMachine() {
            @Override
            public byte[] apply(long index, byte[] command) {
                byte[] result = state.apply(index, command);
                observer.applied(TestNode.this, index, command, result);
                return result;
            }

            @Override
            public void snapshot(DataOutput out) throws IOException {
                state.snapshot(out);
            }

            @Override
            public void restore(long index, DataInput in) throws IOException {
                state.restore(index, in);
                observer.restored(TestNode.this, index);
            }
        };
    }

    public NodeId id() {
        return record.id();
    }

    public NodeAddress address() {
        return record.cluster();
    }

    public MemberRecord record() {
        return record;
    }

    /** Its life: timers and tasks of the node go through it. */
    public SimProcess process() {
        return process;
    }

    public PeerTransport transport() {
        return transport;
    }

    public ClusterState state() {
        return state;
    }

    public StateTables tables() {
        return tables;
    }

    public StateDirectory directory() {
        return directory;
    }

    public StateNodes nodes() {
        return nodes;
    }

    public ReplicatedLog log() {
        ReplicatedLog opened = log;
        if (opened == null) {
            throw new IllegalStateException(record.name() + " has no log yet");
        }
        return opened;
    }

    @Override
    public String toString() {
        return record.name();
    }
}
