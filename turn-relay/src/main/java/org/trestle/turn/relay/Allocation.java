package org.trestle.turn.relay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.ErrorCode;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.TransportAddress;

/** One client's right to relay (RFC 8656 section 3.2), on the loop of its relay. */
public final class Allocation {
    private final long id;
    private final Credentials.Known user;
    private final String keyLabel;
    private final TransportAddress openedFrom;
    private final long openedAtMillis;
    private final int transactionHigh;
    private final long transactionLow;

    ClientLeg leg;
    /** When the last of its addresses expires. */
    long expiresAt;

    private long ipv4ExpiresAt;
    private long ipv6ExpiresAt;
    /** The lifetime that the Allocate was answered with, for its retransmissions. */
    int grantedSeconds;

    @Nullable
    RelaySocket ipv4;

    @Nullable
    RelaySocket ipv6;

    @Nullable
    RelayListener listener;

    @Nullable
    TransportAddress relayed;

    @Nullable
    TransportAddress relayedIpv6;
    /** Why the family that was asked for beside the other could not be had (ADDRESS-ERROR-CODE). */
    @Nullable
    ErrorCode addressError;

    @Nullable
    AddressFamily failedFamily;

    long reservationToken;
    byte @Nullable [] ticket;

    final Permissions permissions = new Permissions();
    final Channels channels = new Channels();
    final @Nullable TokenBucket bandwidth;
    final @Nullable TokenBucket userBandwidth;

    /** Where it stands among the allocations of its relay; -1 when it has ended. */
    int place = -1;

    long packetsToPeer;
    long bytesToPeer;
    long packetsToClient;
    long bytesToClient;
    long packetsDropped;

    Allocation(
            long id,
            Request request,
            @Nullable TokenBucket bandwidth,
            @Nullable TokenBucket userBandwidth,
            long openedAtMillis) {
        StunMessage message = request.message();
        this.id = id;
        this.leg = request.leg();
        this.user = request.proof().user();
        this.openedFrom = request.leg().fiveTuple().client();
        this.keyLabel = request.proof().keyLabel();
        this.bandwidth = bandwidth;
        this.userBandwidth = userBandwidth;
        this.openedAtMillis = openedAtMillis;
        this.transactionHigh = message.transactionHigh();
        this.transactionLow = message.transactionLow();
    }

    /** Unique in this process. */
    public long id() {
        return id;
    }

    Credentials.Known user() {
        return user;
    }

    /** The client's address when it opened this: the quotas count it, wherever the client has moved since (RFC 8016). */
    TransportAddress openedFrom() {
        return openedFrom;
    }

    boolean isOpen(long now) {
        return place >= 0 && expiresAt - now > 0;
    }

    /** Renews the address of {@code family}, or all of them if it is null (RFC 8656 section 8.1). */
    void extend(@Nullable AddressFamily family, long until) {
        if (family != AddressFamily.IPV6) {
            ipv4ExpiresAt = until;
        }
        if (family != AddressFamily.IPV4) {
            ipv6ExpiresAt = until;
        }
        if (isDual()) {
            expiresAt = ipv4ExpiresAt - ipv6ExpiresAt > 0 ? ipv4ExpiresAt : ipv6ExpiresAt;
        } else {
            expiresAt = until;
        }
    }

    boolean isDual() {
        return ipv4 != null && ipv6 != null;
    }

    /** The family whose address has expired while the other's has not; null if there is none. */
    @Nullable
    AddressFamily expiredFamily(long now) {
        if (!isDual() || !isOpen(now)) {
            return null;
        }
        if (ipv4ExpiresAt - now <= 0) {
            return AddressFamily.IPV4;
        }
        return ipv6ExpiresAt - now <= 0 ? AddressFamily.IPV6 : null;
    }

    boolean isTcp() {
        return listener != null;
    }

    /** Whether {@code request} repeats the one that made this allocation (RFC 8656 section 5). */
    boolean wasMadeBy(Request request) {
        StunMessage message = request.message();
        return message.transactionLow() == transactionLow
                && message.transactionHigh() == transactionHigh
                && request.proof().user().username().equals(user.username());
    }

    @Nullable
    RelaySocket socket(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ipv4 : ipv6;
    }

    boolean has(AddressFamily family) {
        if (socket(family) != null) {
            return true;
        }
        return listener != null && relayed != null && relayed.family() == family;
    }

    AllocationView view(long now) {
        List<TransportAddress> addresses = new ArrayList<>(2);
        if (relayed != null) {
            addresses.add(relayed);
        }
        if (relayedIpv6 != null) {
            addresses.add(relayedIpv6);
        }
        return new AllocationView(
                id,
                leg.fiveTuple(),
                user.username(),
                user.account(),
                keyLabel,
                List.copyOf(addresses),
                isTcp(),
                openedAtMillis,
                Math.max(0, (expiresAt - now) / 1_000_000_000L),
                permissions.alive(now),
                channels.alive(now),
                new AllocationView.Counts(packetsToPeer, bytesToPeer, packetsToClient, bytesToClient, packetsDropped));
    }

    @Override
    public String toString() {
        return "Allocation[" + id + ", " + user.username() + "]";
    }
}
