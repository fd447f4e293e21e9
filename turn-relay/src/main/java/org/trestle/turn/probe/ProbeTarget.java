package org.trestle.turn.probe;

import java.net.InetSocketAddress;

/**
 * A relay to be tried.
 *
 * @param name as people call it
 * @param way how to talk to it
 */
public record ProbeTarget(String name, InetSocketAddress address, Way way) {

    /** The transport between client and relay. */
    public enum Way {
        UDP,
        TCP,
        TLS
    }

    @Override
    public String toString() {
        return name + " (" + way + " " + address.getAddress().getHostAddress() + " port " + address.getPort() + ")";
    }
}
