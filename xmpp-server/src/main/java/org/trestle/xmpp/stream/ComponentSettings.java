package org.trestle.xmpp.stream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * How components are served.
 *
 * @param plainFrom networks, beside loopback, from which a component may come without TLS
 */
public record ComponentSettings(List<Network> plainFrom, StreamLimits limits) {
    public static final ComponentSettings DEFAULT = new ComponentSettings(List.of(), StreamLimits.DEFAULT);

    public ComponentSettings {
        plainFrom = List.copyOf(plainFrom);
    }

    /** Whether this peer may come without TLS. */
    boolean allowsPlainFrom(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        return address != null
                && (address.isLoopbackAddress() || plainFrom.stream().anyMatch(network -> network.contains(address)));
    }
}
