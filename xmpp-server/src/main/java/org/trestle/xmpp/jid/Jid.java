package org.trestle.xmpp.jid;

import org.jspecify.annotations.Nullable;

/**
 * An address (RFC 7622), always in canonical form, so that two Jids are equal exactly when their texts are. Immutable.
 *
 * <p>{@code local@domain} is a {@link BareJid}, {@code local@domain/resource} a {@link FullJid}, and {@code domain} or
 * {@code domain/resource} a {@link DomainJid}.
 */
public sealed interface Jid permits BareJid, FullJid, DomainJid {

    /** The longest part, in bytes of UTF-8 (RFC 7622 3.1). */
    int MAX_PART_BYTES = 1023;

    /**
     * The Jid that this text says.
     *
     * @throws IllegalArgumentException when it is not a Jid; the message says which part is wrong and why
     */
    static Jid of(String text) {
        return JidParser.SHARED.parse(text);
    }

    /** The Jid that this text says, or null when it is not a Jid. */
    static @Nullable Jid parse(String text) {
        try {
            return of(text);
        } catch (IllegalArgumentException notAJid) {
            return null;
        }
    }

    /** The canonical text of a domain: lower case, Unicode labels, an IPv4 address, or an IPv6 address in brackets. */
    static String canonicalDomain(String domain) {
        return JidParser.domain(domain);
    }

    String domain();

    /** The part before the at sign, or null when there is none. */
    @Nullable
    String local();

    /** The part after the slash, or null when there is none. */
    @Nullable
    String resource();

    /** This address without its resource. */
    Jid bare();

    /** The canonical text. */
    @Override
    String toString();
}
