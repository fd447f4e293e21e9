package org.trestle.auth.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one message of PLAIN (RFC 4616 section 2).
 *
 * @param authzid empty for none
 */
record PlainMessage(String authzid, String username, String password) {

    private static final int LIMIT_OCTETS = 4096;

    /** Reads a message; null when it is not in the grammar. */
    static @Nullable PlainMessage parse(byte[] message) {
        if (message.length > LIMIT_OCTETS) {
            return null;
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
        String[] parts = text.split("\0", -1);
        if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
            return null;
        }
        return new PlainMessage(parts[0], parts[1], parts[2]);
    }

    @Override
    public String toString() {
        return "PlainMessage[" + username + "]";
    }
}
