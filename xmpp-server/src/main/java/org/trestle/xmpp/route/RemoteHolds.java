package org.trestle.xmpp.route;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;

/** Stops and releases senders of this node for receivers on other nodes that do not keep up. */
final class RemoteHolds {

    /** A receiver on another node. */
    private record Holder(NodeId node, String name) {}

    private final Supplier<NodeId> self;
    private final Directory directory;
    private final Endpoints endpoints;

    RemoteHolds(RouterParts parts) {
        this.self = parts.cluster()::self;
        this.directory = parts.cluster().directory();
        this.endpoints = parts.endpoints();
    }

    /** A component's connections stop together: which of them had sent is not known to the receiver. */
    void flow(NodeId node, Frame.Flow flow) {
        Holder holder = new Holder(node, flow.holder());
        if (flow.source() instanceof FullJid full) {
            Binding binding = directory.binding(full.bareJid().toString(), full.resource());
            if (binding != null) {
                apply(endpoints.get(binding.session()), flow.on(), holder);
            }
            return;
        }
        for (Attachment attachment : directory.attachments(flow.source().domain())) {
            if (attachment.node().equals(self.get())) {
                apply(endpoints.get(attachment.connection()), flow.on(), holder);
            }
        }
    }

    private static void apply(@Nullable Endpoint endpoint, boolean on, Holder holder) {
        if (endpoint == null) {
            return;
        }
        if (on) {
            endpoint.release(holder);
        } else {
            endpoint.hold(holder);
        }
    }
}
