package org.trestle.auth.scram;

import org.jspecify.annotations.Nullable;

/**
 * The client-final-message.
 *
 * @param binding the decoded {@code c=}: the gs2 header again, and the channel binding's data
 * @param nonce both nonces, one after the other
 * @param withoutProof everything before {@code ,p=}
 */
record ClientFinal(byte[] binding, String nonce, String withoutProof, byte[] proof) {

    /** Reads a message; null when it is not in the grammar. */
    static @Nullable ClientFinal parse(byte[] message) {
        String text = ScramText.utf8(message);
        int last = text == null ? -1 : text.lastIndexOf(',');
        if (text == null || last < 0) {
            return null;
        }
        String withoutProof = text.substring(0, last);
        String[] attributes = withoutProof.split(",", -1);
        if (attributes.length < 2) {
            return null;
        }
        String binding = ScramText.value('c', attributes[0]);
        String nonce = ScramText.value('r', attributes[1]);
        String proof = ScramText.value('p', text.substring(last + 1));
        byte[] bindingOctets = binding == null ? null : ScramText.base64(binding);
        byte[] proofOctets = proof == null ? null : ScramText.base64(proof);
        if (bindingOctets == null || nonce == null || proofOctets == null) {
            return null;
        }
        return new ClientFinal(bindingOctets, nonce, withoutProof, proofOctets);
    }
}
