package org.trestle.cluster.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.liveness.MemberView;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.state.ClusterState;

/** The members are the log's; their runs are the state's. */
record MemberViews(NodeId self, ReplicatedLog log, ClusterState state) implements MemberView {

    @Override
    public Collection<NodeId> members() {
        List<NodeId> ids = new ArrayList<>();
        for (LogStatus.Member member : log.status().members()) {
            ids.add(member.id());
        }
        if (!ids.contains(self)) {
            ids.add(self);
        }
        return ids;
    }

    @Override
    public long epoch(NodeId node) {
        return state.epochs().epoch(node);
    }

    @Override
    public boolean ended(NodeId node, long epoch) {
        return !state.epochs().accepts(node, epoch);
    }
}
