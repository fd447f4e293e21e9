package org.trestle.auth.scram;

/** What the server's side of SCRAM answers. */
public sealed interface ScramReply {

    /**
     * The server-first-message.
     *
     * @param jid the account that is asked for, a bare Jid; it need not exist
     */
    record ServerFirst(byte[] message, String jid) implements ScramReply {}

    /** The proof was right: the server-final-message with the server's signature, and the user name, normalised. */
    record Proven(byte[] message, String username) implements ScramReply {}

    /** The exchange is over. */
    record Refused(Reason reason, String text) implements ScramReply {}

    /** Why an exchange is over. */
    enum Reason {
        MALFORMED,
        INVALID_AUTHZID,
        /** Wrong proof, unknown user, or channel binding that does not fit: a peer must not learn which of the first two. */
        NOT_AUTHORIZED,
        /** The proof was right, and the account is disabled. */
        DISABLED,
        /** The proof was right, and the account was for a time that is over. */
        EXPIRED,
        /** The account's row cannot be read. */
        UNAVAILABLE
    }
}
