package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Source;

/** A sender behind another node: told by frames to stop and to go on. */
final class RemoteSource implements Source {
    private final BusLink link;
    private final NodeId node;
    private final Jid address;
    private final String session;

    /** {@code session}: its identity in the directory, empty when it is not known or is none. */
    RemoteSource(BusLink link, NodeId node, Jid address, String session) {
        this.link = link;
        this.node = node;
        this.address = address;
        this.session = session;
    }

    String session() {
        return session;
    }

    @Override
    public void hold(Object holder) {
        link.flow(node, new Frame.Flow(false, address, name(holder)));
    }

    @Override
    public void release(Object holder) {
        link.flow(node, new Frame.Flow(true, address, name(holder)));
    }

    private static String name(Object holder) {
        return holder instanceof Endpoint endpoint ? endpoint.id() : holder.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RemoteSource that && node.equals(that.node) && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }
}
