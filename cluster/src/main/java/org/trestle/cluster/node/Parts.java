package org.trestle.cluster.node;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.membership.Places;
import org.trestle.cluster.membership.Trust;
import org.trestle.cluster.state.ClusterState;
import org.trestle.cluster.state.StateNodes;
import org.trestle.cluster.state.StateTables;
import org.trestle.cluster.time.Timers;

/**
 * What outlives a node's single lives.
 *
 * @param loop where decisions about this node are made, one at a time
 * @param files where files are read and written, one task at a time
 */
record Parts(
        ClusterSettings settings,
        Places places,
        LogEngine engine,
        Links links,
        Timers timers,
        EventLoop loop,
        Executor files,
        MeterRegistry metrics,
        ClusterState state,
        StateTables tables,
        StateNodes nodes,
        Trust trust,
        LiveBus bus,
        ServingBoard serving) {}
