package org.trestle.auth.callbridge;

import java.security.SecureRandom;

/** A call bridge's secret. Its text is only to be had by {@link #reveal()}: nothing prints it by accident. */
public final class Secret {

    /** The most characters of a secret. */
    public static final int LIMIT = 256;

    private static final int RANDOM_PART = 16;
    private static final String COMPLEXITY_PART = "Ab1";
    private static final String ALPHANUMERICS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** Takes an existing secret: 1 to {@value #LIMIT} visible characters without spaces at the ends. */
    public static Secret of(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the secret is empty");
        }
        if (text.length() > LIMIT) {
            throw new IllegalArgumentException("the secret is longer than " + LIMIT + " characters");
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("the secret contains a control character, such as a tab or a line end");
        }
        if (!text.strip().equals(text)) {
            throw new IllegalArgumentException(
                    "the secret begins or ends with a space; was it copied with one too many?");
        }
        return new Secret(text);
    }

    /** Makes a secret in the shape that operators know: 16 letters and digits, then {@code Ab1}. */
    public static Secret random(SecureRandom random) {
        StringBuilder text = new StringBuilder(RANDOM_PART + COMPLEXITY_PART.length());
        for (int i = 0; i < RANDOM_PART; i++) {
            text.append(ALPHANUMERICS.charAt(random.nextInt(ALPHANUMERICS.length())));
        }
        return new Secret(text.append(COMPLEXITY_PART).toString());
    }

    /** The secret itself: for the console when asked to show it, and for nothing else. */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret && ((Secret) other).text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
