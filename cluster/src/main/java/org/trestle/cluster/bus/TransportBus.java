package org.trestle.cluster.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.liveness.MemberView;
import org.trestle.cluster.transport.PeerTransport;

/**
 * The node bus over the peer transport, whose links batch frames per loop turn. Each frame begins with the sender's run
 * (8 bytes) and term (8 bytes); a frame of a run that is over is dropped and counted.
 */
public final class TransportBus implements NodeBus {
    private static final String SUBJECT = "bus";
    private static final int TAG = 2 * Long.BYTES;
    private static final int COPIED = 4 << 10;

    private final PeerTransport transport;
    private final MemberView members;
    private final LongSupplier run;
    private final LongSupplier term;
    private final Counter sent;
    private final Counter received;
    private final Counter unreachable;
    private final Counter stale;
    private volatile @Nullable BiConsumer<NodeId, ByteBuf> receiver;

    /**
     * @param run this node's epoch while it serves, 0 while it must be silent
     * @param term the Raft term that this node knows
     */
    public TransportBus(
            PeerTransport transport, MemberView members, LongSupplier run, LongSupplier term, MeterRegistry metrics) {
        this.transport = transport;
        this.members = members;
        this.run = run;
        this.term = term;
        sent = metrics.counter("cluster.bus.sent");
        received = metrics.counter("cluster.bus.received");
        unreachable = metrics.counter("cluster.bus.unreachable");
        stale = metrics.counter("cluster.bus.stale");
        transport.onTold(SUBJECT, this::told);
    }

    @Override
    public Verdict send(NodeId node, ByteBuf frame) {
        long epoch = run.getAsLong();
        if (epoch == 0) {
            frame.release();
            unreachable.increment();
            return Verdict.UNREACHABLE;
        }
        if (!transport.tell(node, SUBJECT, tagged(frame, epoch))) {
            unreachable.increment();
            return Verdict.UNREACHABLE;
        }
        sent.increment();
        return transport.writable(node) ? Verdict.SENT : Verdict.CONGESTED;
    }

    /** Copying is cheaper than a buffer of two parts for all but large frames. */
    private ByteBuf tagged(ByteBuf frame, long epoch) {
        int length = frame.readableBytes();
        ByteBuf tag = frame.alloc().buffer(length <= COPIED ? TAG + length : TAG);
        tag.writeLong(epoch).writeLong(term.getAsLong());
        if (length > COPIED) {
            return Unpooled.wrappedBuffer(tag, frame);
        }
        tag.writeBytes(frame);
        frame.release();
        return tag;
    }

    @Override
    public void onWritable(NodeId node, Runnable task) {
        transport.onWritable(node, task);
    }

    @Override
    public void receive(BiConsumer<NodeId, ByteBuf> taker) {
        receiver = taker;
    }

    private void told(NodeId from, ByteBuf frame) {
        BiConsumer<NodeId, ByteBuf> taker = receiver;
        if (taker == null || frame.readableBytes() < TAG) {
            stale.increment();
            return;
        }
        long epoch = frame.readLong();
        frame.skipBytes(Long.BYTES);
        if (members.ended(from, epoch)) {
            stale.increment();
            return;
        }
        received.increment();
        taker.accept(from, frame);
    }
}
