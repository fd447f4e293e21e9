package org.trestle.auth.sasl;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the server answers to a client's response. */
public sealed interface SaslStep {

    /** Goes on: {@code data}, not yet in base64, is the server's challenge; it may be empty. */
    record Challenge(byte[] data) implements SaslStep {}

    /**
     * The client is who it says.
     *
     * @param data additional data with success (RFC 6120 section 6.4.6), empty for none
     * @param username the local part of the account, normalised
     * @param until when what it has proved this with expires; null when it does not
     */
    record Success(byte[] data, String username, @Nullable Instant until) implements SaslStep {

        /** With something that does not expire by itself. */
        public Success(byte[] data, String username) {
            this(data, username, null);
        }
    }

    /**
     * The attempt is over.
     *
     * @param condition the element name of RFC 6120 section 6.5
     * @param text words for the peer, which never tell whether the account exists
     * @param last whether this peer has tried often enough, so that the stream ends with {@code policy-violation}
     */
    record Failure(String condition, String text, boolean last) implements SaslStep {

        /** An attempt that may be followed by another one. */
        public Failure(String condition, String text) {
            this(condition, text, false);
        }

        /** The answer to a peer who has failed too often; the same whether its password would have been right or not. */
        static Failure tooMany() {
            return new Failure("temporary-auth-failure", "too many logins have failed; try again later", true);
        }
    }
}
