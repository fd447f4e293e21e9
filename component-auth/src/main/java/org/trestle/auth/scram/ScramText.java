package org.trestle.auth.scram;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The pieces of RFC 5802's grammar (section 7). A null result means that the text is not in the grammar. */
final class ScramText {

    /** The most octets of a message; names and passwords of Jids make real ones far shorter. */
    static final int LIMIT_OCTETS = 4096;

    private ScramText() {}

    static @Nullable String utf8(byte[] message) {
        if (message.length > LIMIT_OCTETS) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    /** The value of {@code name=value}, or null when the attribute is another one or has no value. */
    static @Nullable String value(char name, String attribute) {
        return attribute.length() > 2 && attribute.charAt(0) == name && attribute.charAt(1) == '='
                ? attribute.substring(2)
                : null;
    }

    /** Undoes {@code =2C} and {@code =3D}. */
    static @Nullable String saslname(String encoded) {
        StringBuilder name = new StringBuilder(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char character = encoded.charAt(i);
            if (character == 0) {
                return null;
            }
            if (character != '=') {
                name.append(character);
                continue;
            }
            if (encoded.startsWith("=2C", i)) {
                name.append(',');
            } else if (encoded.startsWith("=3D", i)) {
                name.append('=');
            } else {
                return null;
            }
            i += 2;
        }
        return name.toString();
    }

    static boolean isNonce(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(character -> character > 0x20 && character < 0x7f && character != ',');
    }

    static byte @Nullable [] base64(String text) {
        if (text.isEmpty() || text.length() % 4 != 0) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
