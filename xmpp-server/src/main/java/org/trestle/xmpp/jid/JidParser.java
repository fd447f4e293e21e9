package org.trestle.xmpp.jid;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import rocks.xmpp.precis.PrecisProfiles;

/**
 * Text to Jid: splits (RFC 7622 3.1), then prepares and enforces each part. Plain ASCII, which is nearly all of it, needs
 * neither PRECIS nor IDNA.
 *
 * <p>A stream names the same few peers again and again, so results are kept in a table of {@value #CACHE_SLOTS} slots in
 * which a newer text simply takes the slot of an older one. Long texts are not kept, which bounds the table at about
 * 8 MiB. Races between threads are harmless: every entry is immutable and checked against its text.
 */
final class JidParser {
    static final int CACHE_SLOTS = 8192;
    static final int CACHED_LENGTH = 256;
    private static final String FORBIDDEN_IN_LOCAL = "\"&'/:<>@";

    static final JidParser SHARED = new JidParser();

    private record Entry(String text, Jid jid) {}

    private final AtomicReferenceArray<@Nullable Entry> cache = new AtomicReferenceArray<>(CACHE_SLOTS);

    Jid parse(String text) {
        if (text.length() > CACHED_LENGTH) {
            return parseNow(text);
        }
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (CACHE_SLOTS - 1);
        Entry entry = cache.get(slot);
        if (entry != null && entry.text.equals(text)) {
            return entry.jid;
        }
        Jid jid = parseNow(text);
        cache.lazySet(slot, new Entry(text, jid));
        return jid;
    }

    private static Jid parseNow(String text) {
        int slash = text.indexOf('/');
        int at = text.indexOf('@');
        if (slash >= 0 && at > slash) {
            at = -1;
        }
        String domain = domain(text.substring(at + 1, slash < 0 ? text.length() : slash));
        String resource = slash < 0 ? null : resource(text.substring(slash + 1));
        if (at < 0) {
            return new DomainJid(domain, resource);
        }
        BareJid bare = new BareJid(local(text.substring(0, at)), domain);
        return resource == null ? bare : new FullJid(bare, resource);
    }

    /** RFC 7622 3.3: UsernameCaseMapped, and none of the characters that would read as structure. */
    static String local(String part) {
        requireLength(part, "local part");
        boolean ascii = true;
        boolean upper = false;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            ascii &= c < 0x7f;
            upper |= c >= 'A' && c <= 'Z';
            if (c <= ' ' || c == 0x7f || FORBIDDEN_IN_LOCAL.indexOf(c) >= 0) {
                throw illegal("local part", "it has the character " + name(c));
            }
        }
        if (ascii) {
            return upper ? part.toLowerCase(Locale.ROOT) : part;
        }
        String enforced = enforced(PrecisProfiles.USERNAME_CASE_MAPPED, part, "local part");
        for (int i = 0; i < enforced.length(); i++) {
            if (FORBIDDEN_IN_LOCAL.indexOf(enforced.charAt(i)) >= 0) {
                throw illegal("local part", "it has the character " + name(enforced.charAt(i)));
            }
        }
        return enforced;
    }

    /** RFC 7622 3.4: OpaqueString. */
    static String resource(String part) {
        requireLength(part, "resource");
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c >= 0x7f) {
                return enforced(PrecisProfiles.OPAQUE_STRING, part, "resource");
            }
            if (c < ' ') {
                throw illegal("resource", "it has the character " + name(c));
            }
        }
        return part;
    }

    /** RFC 7622 3.2: Unicode labels in lower case, or an address; a trailing dot is dropped. */
    static String domain(String part) {
        String domain = part.endsWith(".") ? part.substring(0, part.length() - 1) : part;
        requireLength(domain, "domain");
        if (domain.charAt(0) == '[') {
            return IpLiteral.bracketed(domain);
        }
        boolean plain = true;
        boolean upper = false;
        for (int i = 0; i < domain.length(); i++) {
            char c = domain.charAt(i);
            upper |= c >= 'A' && c <= 'Z';
            plain &= c < 0x7f;
            if (c < 0x7f && !isLetterOfAHostName(c)) {
                throw illegal("domain", "it has the character " + name(c));
            }
        }
        String lower = upper ? domain.toLowerCase(Locale.ROOT) : domain;
        if (!plain || lower.contains("xn--")) {
            lower = unicode(lower);
        }
        requireLabels(lower);
        return lower;
    }

    private static String unicode(String domain) {
        String mapped = enforced(PrecisProfiles.IDN, domain, "domain");
        try {
            String unicode = IDN.toUnicode(mapped);
            // Both ways, because the way to Unicode alone lets through what no host can be called.
            IDN.toASCII(unicode, IDN.USE_STD3_ASCII_RULES);
            requireLength(unicode, "domain");
            return unicode;
        } catch (IllegalArgumentException notIdna) {
            throw illegal("domain", "it is not an internationalized domain name");
        }
    }

    /** RFC 1034's lengths, for labels of ASCII; IDNA has checked the others. */
    private static void requireLabels(String domain) {
        int start = 0;
        while (start <= domain.length()) {
            int dot = domain.indexOf('.', start);
            int end = dot < 0 ? domain.length() : dot;
            if (end == start) {
                throw illegal("domain", "it has an empty label");
            }
            if (end - start > 63) {
                throw illegal("domain", "it has a label of more than 63 characters");
            }
            if (domain.charAt(start) == '-' || domain.charAt(end - 1) == '-') {
                throw illegal("domain", "it has a label that begins or ends with a hyphen");
            }
            start = end + 1;
        }
    }

    /** The underscore is no letter of a host name, but names in use have it. */
    private static boolean isLetterOfAHostName(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_';
    }

    private static String enforced(rocks.xmpp.precis.PrecisProfile profile, String part, String what) {
        try {
            String enforced = profile.enforce(part);
            requireLength(enforced, what);
            return enforced;
        } catch (IllegalArgumentException notAllowed) {
            throw illegal(what, "it has a character that is not allowed there");
        }
    }

    private static void requireLength(String part, String what) {
        if (part.isEmpty()) {
            throw illegal(what, "it is empty");
        }
        // No UTF-8 is shorter than its count of chars, and none is longer than three times that.
        if (part.length() * 3 > Jid.MAX_PART_BYTES
                && (part.length() > Jid.MAX_PART_BYTES
                        || part.getBytes(StandardCharsets.UTF_8).length > Jid.MAX_PART_BYTES)) {
            throw illegal(what, "it has more than " + Jid.MAX_PART_BYTES + " bytes");
        }
    }

    static IllegalArgumentException illegal(String what, String why) {
        return new IllegalArgumentException("not a Jid: the " + what + " is not legal, " + why);
    }

    private static String name(char c) {
        return c > ' ' && c < 0x7f ? "'" + c + "'" : String.format(Locale.ROOT, "U+%04X", (int) c);
    }
}
