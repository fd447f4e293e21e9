package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.ErrorCode;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** Allocate: RFC 8656 section 7.2 in its order, RFC 6062 section 5.1, RFC 8016 section 3.1. */
final class AllocateHandler {
    private final Relay.Parts parts;
    private final Answers answers;
    private final Allocations allocations;
    private final Endpoints endpoints;
    private final Reservations reservations;
    private final Tickets tickets;

    AllocateHandler(
            Relay.Parts parts,
            Answers answers,
            Allocations allocations,
            Endpoints endpoints,
            Reservations reservations,
            Tickets tickets) {
        this.parts = parts;
        this.answers = answers;
        this.allocations = allocations;
        this.endpoints = endpoints;
        this.reservations = reservations;
        this.tickets = tickets;
    }

    void handle(Request request) {
        Allocation existing = request.leg().allocation;
        if (existing != null && existing.isOpen(parts.clock().nanos())) {
            if (existing.wasMadeBy(request)) {
                succeed(request, existing);
            } else {
                answers.refuse(request, Refusal.ALLOCATION_MISMATCH, "this five-tuple has an allocation already");
            }
            return;
        }
        if (existing != null) {
            allocations.end(existing, "its lifetime is over");
        }
        AllocateWish wish = new AllocateWish(request.message());
        Refusal wrong = wrong(wish, request);
        if (wrong != null) {
            answers.refuse(request, wrong, wish.complaint);
        } else if (parts.alternates().isDraining()) {
            turnAway(request);
        } else {
            allocate(request, wish);
        }
    }

    private void turnAway(Request request) {
        TransportAddress alternate =
                parts.alternates().alternateFor(request.leg().fiveTuple());
        if (alternate == null) {
            answers.refuse(request, Refusal.DRAINING_ALONE, "");
        } else {
            redirect(request, Refusal.DRAINING, Refusal.DRAINING.words(), alternate);
        }
    }

    private void redirect(Request request, Refusal reason, String why, TransportAddress alternate) {
        answers.tryAlternate(request, reason, why, alternate, parts.alternates().nameAt(alternate));
    }

    private @Nullable Refusal wrong(AllocateWish wish, Request request) {
        if (wish.transport < 0 || wish.malformed) {
            return complain(wish, wish.malformed ? "an attribute of the wrong length" : "no REQUESTED-TRANSPORT");
        }
        if (!wish.isUdp() && !(wish.isTcp() && parts.settings().tcpRelay())) {
            return Refusal.UNSUPPORTED_TRANSPORT;
        }
        if (wish.isTcp()
                && (!request.leg().transport().isStream() || wish.hasEvenPort || wish.hasToken || wish.dontFragment)) {
            return complain(wish, "a TCP allocation over UDP, or with what only UDP allocations have");
        }
        if (wish.hasToken && (wish.hasEvenPort || wish.hasFamily || wish.hasAdditional)) {
            return complain(wish, "RESERVATION-TOKEN with EVEN-PORT or an address family");
        }
        return wrongFamilyOrTicket(wish);
    }

    private @Nullable Refusal wrongFamilyOrTicket(AllocateWish wish) {
        if (wish.hasAdditional
                && (wish.hasFamily
                        || wish.reserves()
                        || wish.isTcp()
                        || wish.additional != AddressFamily.IPV6.number())) {
            return complain(wish, "ADDITIONAL-ADDRESS-FAMILY that is not IPv6, or with what it excludes");
        }
        AddressFamily family = family(wish);
        if (family == null || (!wish.hasToken && !wish.hasAdditional && !offers(family))) {
            return Refusal.ADDRESS_FAMILY;
        }
        if (wish.ticketLength > 0) {
            return complain(wish, "MOBILITY-TICKET that is not empty");
        }
        return wish.ticketLength == 0 && !parts.settings().mobility() ? Refusal.MOBILITY_FORBIDDEN : null;
    }

    private static Refusal complain(AllocateWish wish, String complaint) {
        wish.complaint = complaint;
        return Refusal.BAD_REQUEST;
    }

    private static @Nullable AddressFamily family(AllocateWish wish) {
        return wish.hasFamily ? AddressFamily.of((int) wish.family) : AddressFamily.IPV4;
    }

    private boolean offers(AddressFamily family) {
        return parts.settings().publicAddress(family) != null && parts.sockets().supports(family);
    }

    private void allocate(Request request, AllocateWish wish) {
        String account = request.proof().user().account();
        TransportAddress client = request.leg().fiveTuple().client();
        Reservations.Taken reserved = null;
        if (wish.hasToken) {
            reserved = reserved(request, account);
            if (reserved == null) {
                answers.refuse(request, Refusal.RESERVATION_GONE, "");
                return;
            }
        }
        Refusal full = parts.quotas().take(account, client);
        if (full != null) {
            endpoints.close(reserved == null ? null : reserved.socket());
            refuse(request, full);
            return;
        }
        Allocation allocation = allocations.create(request);
        Refusal noSocket = null;
        if (reserved == null) {
            noSocket = open(wish, allocation);
        } else {
            use(allocation, reserved.family(), reserved.socket());
        }
        if (noSocket != null) {
            parts.quotas().giveBack(account, client);
            refuse(request, noSocket);
            return;
        }
        begin(request, wish, allocation);
    }

    /** What this relay has no room for, another one may have: RFC 8656 section 7.2 lets a server redirect at any point. */
    private void refuse(Request request, Refusal reason) {
        boolean full = reason == Refusal.NO_PORTS || reason == Refusal.TOTAL_QUOTA;
        TransportAddress other =
                full ? parts.alternates().withRoomFor(request.leg().fiveTuple()) : null;
        if (other == null) {
            answers.refuse(request, reason, "");
        } else {
            redirect(request, Refusal.FULL, reason.words(), other);
        }
    }

    /** The socket that the request's token stands for; what it had taken of the quota is given back. */
    private Reservations.@Nullable Taken reserved(Request request, String account) {
        int at = request.message().find(AttributeType.RESERVATION_TOKEN);
        long token = request.message().bytes().getLong(at);
        return reservations.take(token, account, parts.clock().nanos());
    }

    private void begin(Request request, AllocateWish wish, Allocation allocation) {
        allocation.grantedSeconds = lifetime(wish.lifetime);
        allocation.extend(null, parts.clock().nanos() + allocation.grantedSeconds * 1_000_000_000L);
        if (wish.ticketLength == 0) {
            allocation.ticket = tickets.create(allocation.id());
        }
        own(allocation);
        allocations.open(allocation);
        succeed(request, allocation);
    }

    private static void own(Allocation allocation) {
        if (allocation.ipv4 != null) {
            allocation.ipv4.allocation = allocation;
        }
        if (allocation.ipv6 != null) {
            allocation.ipv6.allocation = allocation;
        }
        if (allocation.listener != null) {
            allocation.listener.allocation = allocation;
        }
    }

    /** RFC 8656 section 7.2: what the client asks for, within the default and the greatest. */
    int lifetime(long wanted) {
        int least = parts.settings().defaultLifetime();
        return wanted < least ? least : (int) Math.min(wanted, parts.settings().maxLifetime());
    }

    private @Nullable Refusal open(AllocateWish wish, Allocation allocation) {
        AddressFamily family = family(wish);
        if (wish.hasAdditional) {
            return openBoth(wish, allocation);
        }
        if (family == null) {
            return Refusal.ADDRESS_FAMILY;
        }
        if (wish.isTcp()) {
            allocation.listener = endpoints.listen(family);
            if (allocation.listener != null) {
                tell(allocation, family, allocation.listener.port());
            }
            return allocation.listener == null ? Refusal.NO_PORTS : null;
        }
        if (wish.reserves()) {
            return openPair(allocation, family);
        }
        RelaySocket socket = openEvenOrAny(wish, family);
        if (socket == null) {
            return Refusal.NO_PORTS;
        }
        use(allocation, family, socket);
        return null;
    }

    /** A reserved port counts like an allocation, else a user could reserve all ports, one after the other. */
    private @Nullable Refusal openPair(Allocation allocation, AddressFamily family) {
        String account = allocation.user().account();
        TransportAddress client = allocation.openedFrom();
        Refusal full = parts.quotas().take(account, client);
        if (full != null) {
            return full;
        }
        Endpoints.Pair pair = endpoints.openPair(family);
        if (pair == null) {
            parts.quotas().giveBack(account, client);
            return Refusal.NO_PORTS;
        }
        allocation.reservationToken = reservations.keep(
                pair.next(), family, account, client, parts.clock().nanos());
        use(allocation, family, pair.even());
        return null;
    }

    /** RFC 8656 section 7.2: one family is enough; why the other failed is told in ADDRESS-ERROR-CODE. */
    private @Nullable Refusal openBoth(AllocateWish wish, Allocation allocation) {
        for (AddressFamily family : AddressFamily.values()) {
            boolean offered = offers(family);
            RelaySocket socket = offered ? openEvenOrAny(wish, family) : null;
            if (socket != null) {
                use(allocation, family, socket);
            } else {
                allocation.failedFamily = family;
                allocation.addressError =
                        offered ? ErrorCode.INSUFFICIENT_CAPACITY : ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
            }
        }
        if (allocation.ipv4 != null || allocation.ipv6 != null) {
            return null;
        }
        return offers(AddressFamily.IPV4) || offers(AddressFamily.IPV6) ? Refusal.NO_PORTS : Refusal.ADDRESS_FAMILY;
    }

    private @Nullable RelaySocket openEvenOrAny(AllocateWish wish, AddressFamily family) {
        return wish.hasEvenPort ? endpoints.openEven(family) : endpoints.open(family);
    }

    private void use(Allocation allocation, AddressFamily family, RelaySocket socket) {
        if (family == AddressFamily.IPV4) {
            allocation.ipv4 = socket;
        } else {
            allocation.ipv6 = socket;
        }
        tell(allocation, family, socket.port());
    }

    private void tell(Allocation allocation, AddressFamily family, int port) {
        TransportAddress address = parts.settings().publicAddress(family);
        if (address == null) {
            throw new IllegalStateException("a socket of " + family + " was opened without a public address for it");
        }
        if (allocation.relayed == null) {
            allocation.relayed = address.withPort(port);
        } else {
            allocation.relayedIpv6 = address.withPort(port);
        }
    }

    private void succeed(Request request, Allocation allocation) {
        StunWriter answer = answers.success(request);
        if (allocation.relayed != null) {
            answer.xorAddress(AttributeType.XOR_RELAYED_ADDRESS, allocation.relayed);
        }
        if (allocation.relayedIpv6 != null) {
            answer.xorAddress(AttributeType.XOR_RELAYED_ADDRESS, allocation.relayedIpv6);
        }
        answer.number(AttributeType.LIFETIME, allocation.grantedSeconds)
                .xorAddress(
                        AttributeType.XOR_MAPPED_ADDRESS,
                        request.leg().fiveTuple().client());
        if (allocation.failedFamily != null && allocation.addressError != null) {
            answer.addressError(allocation.failedFamily, allocation.addressError);
        }
        if (allocation.reservationToken != 0) {
            answer.longNumber(AttributeType.RESERVATION_TOKEN, allocation.reservationToken);
        }
        if (allocation.ticket != null) {
            answer.value(AttributeType.MOBILITY_TICKET, allocation.ticket);
        }
        answers.send(request);
    }
}
