package org.trestle.turn.relay;

/**
 * That a request was signed with a key of a known user.
 *
 * @param key the bytes that signed it
 * @param sha256 whether answers are signed with MESSAGE-INTEGRITY-SHA256 (RFC 8489 section 9.2.4, last paragraph)
 */
record Proof(Credentials.Known user, String keyLabel, byte[] key, boolean sha256) {
    @Override
    public String toString() {
        return "Proof[" + user.username() + ", " + keyLabel + "]";
    }
}
