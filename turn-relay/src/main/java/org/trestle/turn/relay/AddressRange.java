package org.trestle.turn.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.trestle.turn.stun.TransportAddress;

/**
 * Neighbouring IP addresses, both ends included; IPv4 as in {@link TransportAddress}. Compared as 128-bit numbers, so a
 * range may begin and end anywhere.
 */
public record AddressRange(String text, long fromHigh, long fromLow, long toHigh, long toLow) {
    /** Only what cannot be a host name, so that nothing is ever asked of DNS. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    private static final int MAPPED_BITS = 96;

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, {@code 192.0.2.5}, or {@code 192.0.2.5-192.0.2.17}.
     *
     * @throws IllegalArgumentException if it is none of these, in words for an operator
     */
    public static AddressRange of(String text) {
        String trimmed = text.trim();
        int slash = trimmed.indexOf('/');
        if (slash >= 0) {
            return prefix(trimmed, ip(trimmed, trimmed.substring(0, slash)), trimmed.substring(slash + 1));
        }
        int dash = trimmed.indexOf('-');
        TransportAddress from = ip(trimmed, dash < 0 ? trimmed : trimmed.substring(0, dash));
        TransportAddress to = dash < 0 ? from : ip(trimmed, trimmed.substring(dash + 1));
        AddressRange range = new AddressRange(trimmed, from.high(), from.low(), to.high(), to.low());
        if (from.isIpv4() != to.isIpv4() || !range.contains(from.high(), from.low())) {
            throw wrong(trimmed);
        }
        return range;
    }

    private static AddressRange prefix(String text, TransportAddress ip, String digits) {
        int most = ip.isIpv4() && text.indexOf(':') < 0 ? 32 : 128;
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > most) {
            throw wrong(text);
        }
        int bits = Integer.parseInt(digits) + (most == 32 ? MAPPED_BITS : 0);
        long highMask = bits >= 64 ? -1 : bits == 0 ? 0 : -1L << (64 - bits);
        long lowMask = bits <= 64 ? 0 : bits == 128 ? -1 : -1L << (128 - bits);
        long high = ip.high() & highMask;
        long low = ip.low() & lowMask;
        return new AddressRange(text, high, low, high | ~highMask, low | ~lowMask);
    }

    /** Whether the address lies in this range. */
    public boolean contains(long high, long low) {
        return atMost(fromHigh, fromLow, high, low) && atMost(high, low, toHigh, toLow);
    }

    private static boolean atMost(long high, long low, long thanHigh, long thanLow) {
        int order = Long.compareUnsigned(high, thanHigh);
        return order < 0 || (order == 0 && Long.compareUnsigned(low, thanLow) <= 0);
    }

    private static TransportAddress ip(String text, String part) {
        String literal = part.trim();
        if (!LITERAL.matcher(literal).matches() || (literal.indexOf(':') < 0 && literal.split("\\.", -1).length != 4)) {
            throw wrong(text);
        }
        try {
            return TransportAddress.of(InetAddress.getByName(literal), 0);
        } catch (UnknownHostException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is no range of addresses; write 10.0.0.0/8, 2001:db8::/32,"
                        + " 192.0.2.5 or 192.0.2.5-192.0.2.17");
    }

    @Override
    public String toString() {
        return text;
    }
}
