package org.trestle.auth.prep;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/**
 * Prepares text that a person typed for storage and comparison. Every method throws {@link IllegalArgumentException} with
 * a reason in words when the text is not valid; the reason never repeats a password.
 */
public final class Prepared {

    /** The most octets of a local part, a domain, or a password (RFC 7622 section 3.1). */
    public static final int LIMIT_OCTETS = 1023;

    private static final int LIMIT_LABEL = 63;
    private static final String FORBIDDEN_IN_LOCAL_PART = "\"&'/:<>@";

    private Prepared() {}

    /** The local part of a Jid: UsernameCaseMapped, less eight characters (RFC 7622 section 3.3). */
    public static String username(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the user name is empty");
        }
        String prepared = isPlainAscii(text)
                ? text.toLowerCase(Locale.ROOT)
                : enforce(PrecisProfiles.USERNAME_CASE_MAPPED, text, "user name");
        requireNoStructure(prepared); // after mapping: a full-width @ has become an @
        return limited(prepared, "user name");
    }

    private static void requireNoStructure(String username) {
        for (int i = 0; i < username.length(); i++) {
            if (FORBIDDEN_IN_LOCAL_PART.indexOf(username.charAt(i)) >= 0) {
                throw new IllegalArgumentException("a user name must not contain " + username.charAt(i));
            }
        }
    }

    /** A password: OpaqueString (RFC 8265 section 4.2). */
    public static String password(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the password is empty");
        }
        return limited(enforce(PrecisProfiles.OPAQUE_STRING, text, "password"), "password");
    }

    /** The domain of an account's Jid (RFC 7622 section 3.2): Unicode labels in lower case; never an IPv6 address. */
    public static String domain(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String prepared = isPlainAscii(name) && !name.toLowerCase(Locale.ROOT).contains("xn--")
                ? name.toLowerCase(Locale.ROOT)
                : unicode(name);
        prepared.chars().forEach(Prepared::checkDomainCharacter);
        for (String label : prepared.split("\\.", -1)) {
            if (label.isEmpty() || label.length() > LIMIT_LABEL || label.startsWith("-") || label.endsWith("-")) {
                throw new IllegalArgumentException("a label of a domain has 1 to " + LIMIT_LABEL
                        + " characters and no hyphen at its ends, unlike \"" + shortened(label) + "\"");
            }
        }
        return limited(prepared, "domain");
    }

    /** A bare Jid, {@code user@domain}, without a resource. */
    public static String bareJid(String text) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("a Jid of a user is user@domain, not \"" + shortened(text) + "\"");
        }
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("a Jid of an account has no resource: drop everything from the / on");
        }
        return username(text.substring(0, at)) + "@" + domain(text.substring(at + 1));
    }

    /** Whether a text from outside is that bare Jid, which is normalised. */
    public static boolean isBareJid(String text, String jid) {
        try {
            return bareJid(text).equals(jid);
        } catch (IllegalArgumentException notAJid) {
            return false;
        }
    }

    /** Text from outside, cut to what a message or a log line can bear and without control characters. */
    public static String shortened(String text) {
        String visible = text.length() <= 64 ? text : text.substring(0, 64) + "...";
        return visible.replaceAll("\\p{C}", "?");
    }

    private static String unicode(String domain) {
        String mapped = enforce(PrecisProfiles.IDN, domain, "domain");
        try {
            String unicode = IDN.toUnicode(mapped);
            // both ways, because the way to Unicode alone lets through what no host can be called
            return IDN.toASCII(unicode, IDN.USE_STD3_ASCII_RULES).isEmpty() ? mapped : unicode;
        } catch (IllegalArgumentException notIdna) {
            throw new IllegalArgumentException("the domain is not an internationalized domain name");
        }
    }

    private static void checkDomainCharacter(int character) {
        boolean letterOrDigit = Character.isLetterOrDigit(character) || character > 127;
        if (!letterOrDigit && "-._".indexOf(character) < 0) {
            throw new IllegalArgumentException("a domain must not contain \"" + Character.toString(character) + "\"");
        }
    }

    private static boolean isPlainAscii(String text) {
        return text.chars().allMatch(character -> character > 32 && character < 127);
    }

    private static String enforce(PrecisProfile profile, String text, String what) {
        String prepared;
        try {
            prepared = profile.enforce(text);
        } catch (IllegalArgumentException notValid) { // holds the text, which may be a password: say less
            throw new IllegalArgumentException("the " + what + " contains a character that is not allowed in it");
        }
        if (prepared.isEmpty()) {
            throw new IllegalArgumentException("the " + what + " is empty");
        }
        return prepared;
    }

    private static String limited(String text, String what) {
        if (text.getBytes(StandardCharsets.UTF_8).length > LIMIT_OCTETS) {
            throw new IllegalArgumentException("the " + what + " is longer than " + LIMIT_OCTETS + " octets");
        }
        return text;
    }
}
