package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.TransportAddress;

/** Whether this relay takes new allocations, and who does if not. Thread-safe. */
public interface Alternates {

    /** Whether new allocations are turned away (300 with an alternate, else 508). */
    boolean isDraining();

    /** A relay that lives, speaks the transport of {@code client} and its address family; null if none is known. */
    @Nullable
    TransportAddress alternateFor(FiveTuple client);

    /** The same for a relay that has room, because this one has none; null if none is known, and then it is 508. */
    @Nullable
    TransportAddress withRoomFor(FiveTuple client);

    /**
     * A name that the certificate at {@code alternate} is for; null if none is known. Clients over TLS and DTLS need it
     * (RFC 8489 section 10).
     */
    default @Nullable String nameAt(TransportAddress alternate) {
        return null;
    }

    /** Takes every allocation. */
    Alternates NONE = new Alternates() {
        @Override
        public boolean isDraining() {
            return false;
        }

        @Override
        public @Nullable TransportAddress alternateFor(FiveTuple client) {
            return null;
        }

        @Override
        public @Nullable TransportAddress withRoomFor(FiveTuple client) {
            return null;
        }
    };
}
