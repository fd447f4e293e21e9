package org.trestle.turn.relay;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/**
 * What an operator decides about a relay, apart from who and whom. Seconds unless a name says otherwise.
 *
 * @param realm 1 to 12 bytes: a longer one would make the answer to a client's first packet more than twice as large as
 *     the packet, and so a weapon
 * @param publicIpv4 what clients are told as the IPv4 address of their relayed addresses; the port in it is ignored.
 *     Behind a 1:1 NAT it is the outer address; null if no IPv4 relayed addresses are given
 * @param publicIpv6 the same for IPv6
 * @param defaultLifetime of an allocation, if the client does not ask for more (RFC 8656 section 3.2: 600)
 * @param maxLifetime that is granted (3600)
 * @param nonceLifetime after which a client must take a new nonce (600)
 * @param maxPermissions per allocation (128)
 * @param maxChannels per allocation (128)
 * @param maxConnections of one RFC 6062 allocation (64)
 * @param bytesPerSecond of one allocation, both directions together; 0 for no limit
 * @param mobility whether RFC 8016 is offered
 * @param tcpRelay whether RFC 6062 is offered
 * @param challengesPerSecond unauthenticated UDP requests that are answered per second and /24 (IPv4) or /48 (IPv6)
 */
public record RelaySettings(
        String realm,
        @Nullable TransportAddress publicIpv4,
        @Nullable TransportAddress publicIpv6,
        int defaultLifetime,
        int maxLifetime,
        int nonceLifetime,
        int maxPermissions,
        int maxChannels,
        int maxConnections,
        long bytesPerSecond,
        boolean mobility,
        boolean tcpRelay,
        int challengesPerSecond) {

    /** The longest realm in bytes of UTF-8. */
    public static final int MAX_REALM_BYTES = 12;

    public RelaySettings {
        if ((publicIpv4 != null && !publicIpv4.isIpv4()) || (publicIpv6 != null && publicIpv6.isIpv4())) {
            throw new IllegalArgumentException(
                    "public addresses: " + publicIpv4 + " must be IPv4, " + publicIpv6 + " IPv6");
        }
        int bytes = realm.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_REALM_BYTES) {
            throw new IllegalArgumentException("the realm \"" + realm + "\" has " + bytes + " bytes and may have 1 to "
                    + MAX_REALM_BYTES + ", so that no answer is more than twice its request; choose a shorter word");
        }
        if (defaultLifetime < 1 || maxLifetime < defaultLifetime) {
            throw new IllegalArgumentException("the default lifetime (" + defaultLifetime
                    + " s) must be at least 1 s and at most the greatest lifetime (" + maxLifetime + " s)");
        }
    }

    public static RelaySettings of(String realm, TransportAddress publicAddress) {
        boolean ipv4 = publicAddress.isIpv4();
        return new RelaySettings(
                realm,
                ipv4 ? publicAddress : null,
                ipv4 ? null : publicAddress,
                600,
                3600,
                600,
                128,
                128,
                64,
                0,
                true,
                true,
                1000);
    }

    /** What clients are told for {@code family}; null if there is no relay address of it. */
    public @Nullable TransportAddress publicAddress(AddressFamily family) {
        return family == AddressFamily.IPV4 ? publicIpv4 : publicIpv6;
    }

    /** How long a connection to a peer may take (RFC 6062 section 5.2: at least 30 s). */
    public long connectTimeoutNanos() {
        return 30_000_000_000L;
    }
}
