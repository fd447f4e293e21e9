package org.trestle.cluster.transport;

import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/** One event loop's one-way links, one a peer. Changed on that loop only; others may look whether one is there. */
final class LoopLinks {
    private final LinkContext context;
    private final EventLoop loop;
    private final Map<NodeId, TellLink> links = new ConcurrentHashMap<>();

    LoopLinks(LinkContext context, EventLoop loop) {
        this.context = context;
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    @Nullable
    TellLink to(NodeId node) {
        return links.get(node);
    }

    /** Has links to exactly these peers afterwards, at these addresses. */
    void update(Collection<Peer> peers) {
        Map<NodeId, Peer> wanted = new HashMap<>();
        peers.forEach(peer -> wanted.put(peer.node(), peer));
        links.values().removeIf(link -> {
            Peer peer = wanted.get(link.peer().node());
            boolean gone = peer == null || !peer.address().equals(link.peer().address());
            if (gone) {
                link.close("it is no longer a member there");
            }
            return gone;
        });
        for (Peer peer : wanted.values()) {
            TellLink link = links.get(peer.node());
            if (link == null) {
                link = new TellLink(context, loop, peer);
                links.put(peer.node(), link);
                link.connect();
            }
        }
    }

    void drop(NodeId node, String reason) {
        TellLink link = links.get(node);
        if (link != null) {
            link.drop(reason);
        }
    }
}
