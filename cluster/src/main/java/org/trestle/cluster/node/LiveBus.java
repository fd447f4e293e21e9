package org.trestle.cluster.node;

import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;

/** The bus of whichever life the node is in; between two lives nobody can be reached. */
final class LiveBus implements NodeBus {
    private volatile @Nullable NodeBus current;
    private volatile @Nullable BiConsumer<NodeId, ByteBuf> receiver;

    void follow(@Nullable NodeBus bus) {
        current = bus;
        BiConsumer<NodeId, ByteBuf> known = receiver;
        if (bus != null && known != null) {
            bus.receive(known);
        }
    }

    @Override
    public Verdict send(NodeId node, ByteBuf frame) {
        NodeBus bus = current;
        if (bus == null) {
            frame.release();
            return Verdict.UNREACHABLE;
        }
        return bus.send(node, frame);
    }

    @Override
    public void onWritable(NodeId node, Runnable task) {
        NodeBus bus = current;
        if (bus == null) {
            task.run();
        } else {
            bus.onWritable(node, task);
        }
    }

    @Override
    public void receive(BiConsumer<NodeId, ByteBuf> taker) {
        receiver = taker;
        NodeBus bus = current;
        if (bus != null) {
            bus.receive(taker);
        }
    }
}
