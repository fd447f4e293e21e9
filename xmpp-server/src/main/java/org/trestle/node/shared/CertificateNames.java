package org.trestle.node.shared;

import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerKeys;

/**
 * Tells certificates apart by the names in them.
 *
 * @param relays the relay's
 * @param others those of XMPP
 * @param reached the address that clients of the relay come to, behind a 1:1 NAT, too; null while there is none
 */
public record CertificateNames(
        Supplier<ServerIdentity> relays, ServerKeys others, Supplier<@Nullable InetAddress> reached)
        implements SharedTls.Names {

    @Override
    public boolean onlyTheRelays(@Nullable String serverName, String address) {
        ServerIdentity relay = relays.get();
        return hosts(serverName, address).stream().anyMatch(host -> relay.covers(host) && !others.covers(host));
    }

    /** Who comes by an address has no name to ask for (RFC 6066 3). */
    private List<String> hosts(@Nullable String serverName, String address) {
        if (serverName != null) {
            return List.of(serverName);
        }
        InetAddress outside = reached.get();
        return outside == null ? List.of(address) : List.of(address, outside.getHostAddress());
    }
}
