package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunWriter;

/** Refresh: RFC 8656 section 8.2, and RFC 8016 section 3.2 for a client that has moved. */
final class RefreshHandler {
    private final Relay.Parts parts;
    private final Answers answers;
    private final Allocations allocations;
    private final Tickets tickets;
    private final AllocateHandler allocate;

    RefreshHandler(
            Relay.Parts parts, Answers answers, Allocations allocations, Tickets tickets, AllocateHandler allocate) {
        this.parts = parts;
        this.answers = answers;
        this.allocations = allocations;
        this.tickets = tickets;
        this.allocate = allocate;
    }

    void handle(Request request) {
        StunMessage message = request.message();
        Allocation allocation = request.leg().allocation;
        byte[] ticket = message.value(AttributeType.MOBILITY_TICKET);
        boolean moves = false;
        if (allocation == null && ticket != null) {
            moves = true;
            allocation = moved(request, ticket);
            if (allocation == null) {
                return;
            }
        }
        if (allocation == null || !allocation.isOpen(parts.clock().nanos())) {
            answers.refuse(request, Refusal.ALLOCATION_MISMATCH, "no allocation to refresh");
            return;
        }
        if (!allocation.user().username().equals(request.proof().user().username())) {
            answers.refuse(request, Refusal.WRONG_CREDENTIALS, "");
            return;
        }
        refresh(request, allocation, moves);
    }

    /** The allocation that the ticket of a new five-tuple stands for; null if it was refused. */
    private @Nullable Allocation moved(Request request, byte[] ticket) {
        if (!parts.settings().mobility()) {
            answers.refuse(request, Refusal.MOBILITY_FORBIDDEN, "");
            return null;
        }
        Allocation found = Tickets.find(ticket, allocations);
        if (found == null) {
            answers.refuse(request, Refusal.BAD_REQUEST, "MOBILITY-TICKET that is unknown or was used before");
        }
        return found;
    }

    private void refresh(Request request, Allocation allocation, boolean moved) {
        StunMessage message = request.message();
        long wanted = message.number(AttributeType.LIFETIME, 4, 4);
        long wantedFamily = message.number(AttributeType.REQUESTED_ADDRESS_FAMILY, 1, 4);
        boolean hasFamily = message.has(AttributeType.REQUESTED_ADDRESS_FAMILY);
        if ((wanted < 0 && message.has(AttributeType.LIFETIME)) || (wantedFamily < 0 && hasFamily)) {
            answers.refuse(request, Refusal.BAD_REQUEST, "LIFETIME or REQUESTED-ADDRESS-FAMILY of the wrong length");
            return;
        }
        AddressFamily family = null;
        if (hasFamily) {
            family = AddressFamily.of((int) wantedFamily);
            if (family == null || !allocation.has(family)) {
                answers.refuse(request, Refusal.PEER_FAMILY, "the allocation has no address of this family");
                return;
            }
        }
        if (moved) {
            allocations.move(allocation, request.leg());
        }
        int lifetime = wanted == 0 ? 0 : allocate.lifetime(wanted);
        StunWriter answer = answers.success(request).number(AttributeType.LIFETIME, lifetime);
        if (lifetime == 0) {
            answers.send(request);
            delete(allocation, family);
            return;
        }
        allocation.extend(family, parts.clock().nanos() + lifetime * 1_000_000_000L);
        if (moved) {
            byte[] next = tickets.create(allocation.id());
            allocation.ticket = next;
        }
        if (allocation.ticket != null && message.has(AttributeType.MOBILITY_TICKET)) {
            answer.value(AttributeType.MOBILITY_TICKET, allocation.ticket);
        }
        answers.send(request);
    }

    /** Ends all of it, or the address of one family as long as the other remains. */
    private void delete(Allocation allocation, @Nullable AddressFamily family) {
        if (family == null || !allocation.isDual()) {
            allocations.end(allocation, "the client ended it");
        } else {
            allocations.endHalf(allocation, family);
        }
    }
}
