package org.trestle.turn.relay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Tickets that let a client take its allocation along (RFC 8016): the loop, the allocation, and 16 random bytes. */
final class Tickets {
    private static final int LENGTH = 1 + Long.BYTES + 16;

    private final int index;
    private final SecureRandom random;

    Tickets(int index, SecureRandom random) {
        this.index = index;
        this.random = random;
    }

    byte[] create(long allocationId) {
        byte[] ticket = new byte[LENGTH];
        random.nextBytes(ticket);
        ByteBuffer.wrap(ticket).put((byte) index).putLong(allocationId);
        return ticket;
    }

    /** The loop that gave out {@code ticket}, or -1 if none did. */
    static int loopOf(byte[] ticket) {
        return ticket.length == LENGTH ? ticket[0] & 0xff : -1;
    }

    /** The allocation that {@code ticket} belongs to, if it is the newest one of it. */
    static @Nullable Allocation find(byte[] ticket, Allocations allocations) {
        if (ticket.length != LENGTH) {
            return null;
        }
        Allocation found = allocations.findMobile(ByteBuffer.wrap(ticket).getLong(1));
        return found != null && MessageDigest.isEqual(found.ticket, ticket) ? found : null;
    }
}
