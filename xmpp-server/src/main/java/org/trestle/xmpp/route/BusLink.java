package org.trestle.xmpp.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;

/** Frames to other nodes: all that one stream sends comes from its event loop, and so keeps its order. */
final class BusLink {

    /** The holder of a source that feeds a congested link. */
    private record Congestion(NodeId node) {}

    private final NodeBus bus;
    private final RouteMeters meters;

    BusLink(NodeBus bus, RouteMeters meters) {
        this.bus = bus;
        this.meters = meters;
    }

    /** Sends a stanza to a node; false when the node cannot be reached. */
    boolean send(NodeId node, Aim aim, @Nullable String endpoint, Transit transit) {
        Stanza stanza = transit.stanza();
        String session = stanza instanceof Presence ? Sender.session(transit.source()) : "";
        ByteBuf frame = FrameCodec.encode(
                ByteBufAllocator.DEFAULT, new Frame.Carried(aim, transit.hops(), endpoint, session, stanza));
        NodeBus.Verdict verdict = bus.send(node, frame);
        if (verdict == NodeBus.Verdict.UNREACHABLE) {
            return false;
        }
        meters.count(transit.hops() == 0 ? RouteOutcome.FORWARDED : RouteOutcome.SENT_AFTER);
        Source source = transit.source();
        if (verdict == NodeBus.Verdict.CONGESTED && source != null) {
            Congestion congestion = new Congestion(node);
            source.hold(congestion);
            bus.onWritable(node, () -> source.release(congestion));
        }
        return true;
    }

    /** A lost one is made up for: who stopped goes on after a while (see {@code Endpoint}), who did not is stopped again. */
    void flow(NodeId node, Frame.Flow flow) {
        bus.send(node, FrameCodec.encode(ByteBufAllocator.DEFAULT, flow));
    }

    void seen(NodeId node, Frame.Seen seen) {
        bus.send(node, FrameCodec.encode(ByteBufAllocator.DEFAULT, seen));
    }
}
