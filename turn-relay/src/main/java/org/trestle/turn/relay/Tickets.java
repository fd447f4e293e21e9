package org.trestle.turn.relay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Tickets that let a client take its allocation along (RFC 8016): the loop, the allocation, and 15 random bytes, as 32
 * characters. To clients they are opaque bytes, but one that is widely used keeps them as text that a zero would end.
 */
final class Tickets {
    private static final int RANDOM_AT = 1 + Long.BYTES;
    private static final int BYTES = RANDOM_AT + 15;
    private static final int LENGTH = BYTES / 3 * 4;

    private final int index;
    private final SecureRandom random;

    Tickets(int index, SecureRandom random) {
        this.index = index;
        this.random = random;
    }

    byte[] create(long allocationId) {
        byte[] ticket = new byte[BYTES];
        random.nextBytes(ticket);
        ByteBuffer.wrap(ticket).put((byte) index).putLong(allocationId);
        return Base64.getUrlEncoder().encode(ticket);
    }

    /** The loop that gave out {@code ticket}, or -1 if none did. */
    static int loopOf(byte[] ticket) {
        byte[] decoded = decode(ticket);
        return decoded == null ? -1 : decoded[0] & 0xff;
    }

    /** The allocation that {@code ticket} belongs to, if it is the newest one of it. */
    static @Nullable Allocation find(byte[] ticket, Allocations allocations) {
        byte[] decoded = decode(ticket);
        if (decoded == null) {
            return null;
        }
        Allocation found = allocations.findMobile(ByteBuffer.wrap(decoded).getLong(1));
        return found != null && MessageDigest.isEqual(found.ticket, ticket) ? found : null;
    }

    private static byte @Nullable [] decode(byte[] ticket) {
        if (ticket.length != LENGTH) {
            return null;
        }
        try {
            byte[] decoded = Base64.getUrlDecoder().decode(ticket);
            return decoded.length == BYTES ? decoded : null;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }
}
