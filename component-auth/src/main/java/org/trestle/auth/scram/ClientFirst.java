package org.trestle.auth.scram;

import org.jspecify.annotations.Nullable;

/**
 * The client-first-message.
 *
 * @param binding {@code n}, {@code y} or {@code p}
 * @param bindingType the channel binding's name, only with {@code p}
 * @param authzid the identity to act as, null for none
 * @param gs2Header everything up to and including the second comma
 * @param bare everything after that
 */
record ClientFirst(
        char binding,
        @Nullable String bindingType,
        @Nullable String authzid,
        String gs2Header,
        String bare,
        String username,
        String nonce) {

    /** Reads a message; null when it is not in the grammar. */
    static @Nullable ClientFirst parse(byte[] message) {
        String text = ScramText.utf8(message);
        if (text == null) {
            return null;
        }
        int first = text.indexOf(',');
        int second = first < 0 ? -1 : text.indexOf(',', first + 1);
        if (second < 0) {
            return null;
        }
        String flag = text.substring(0, first);
        String bindingType = ScramText.value('p', flag);
        if (bindingType == null && !flag.equals("n") && !flag.equals("y")) {
            return null;
        }
        String authzid = null;
        if (second > first + 1) {
            String encoded = ScramText.value('a', text.substring(first + 1, second));
            authzid = encoded == null ? null : ScramText.saslname(encoded);
            if (authzid == null) {
                return null;
            }
        }
        return parseBare(text, second + 1, flag.charAt(0), bindingType, authzid);
    }

    private static @Nullable ClientFirst parseBare(
            String text, int start, char binding, @Nullable String bindingType, @Nullable String authzid) {
        String bare = text.substring(start);
        String[] attributes = bare.split(",", -1); // the first one may be "m=", an extension that none of us knows
        if (attributes.length < 2) {
            return null;
        }
        String encoded = ScramText.value('n', attributes[0]);
        String username = encoded == null ? null : ScramText.saslname(encoded);
        String nonce = ScramText.value('r', attributes[1]);
        if (username == null || nonce == null || !ScramText.isNonce(nonce)) {
            return null;
        }
        return new ClientFirst(binding, bindingType, authzid, text.substring(0, start), bare, username, nonce);
    }
}
