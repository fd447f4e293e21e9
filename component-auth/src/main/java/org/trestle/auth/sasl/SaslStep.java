package org.trestle.auth.sasl;

/** What the server answers to a client's response. */
public sealed interface SaslStep {

    /** Goes on: {@code data}, not yet in base64, is the server's challenge; it may be empty. */
    record Challenge(byte[] data) implements SaslStep {}

    /**
     * The client is who it says.
     *
     * @param data additional data with success (RFC 6120 section 6.4.6), empty for none
     * @param username the local part of the account, normalised
     */
    record Success(byte[] data, String username) implements SaslStep {}

    /**
     * The attempt is over.
     *
     * @param condition the element name of RFC 6120 section 6.5
     * @param text words for the peer, which never tell whether the account exists
     */
    record Failure(String condition, String text) implements SaslStep {}
}
