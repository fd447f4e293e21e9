package org.trestle.turn.policy;

import java.net.InetAddress;
import org.trestle.turn.stun.TransportAddress;

/**
 * A network. Addresses are held in their IPv6 form, IPv4 as ::ffff:a.b.c.d, so that one form is compared with one form.
 *
 * @param text as people write it
 * @param prefix how many of the 128 bits count
 */
public record Range(String text, long high, long low, int prefix) {
    private static final int IPV4_BITS = 96;

    public Range {
        if (prefix < 0 || prefix > 128) {
            throw new IllegalArgumentException("a prefix of " + prefix + " bits");
        }
    }

    /** @param bits of the address that count, as people write them: 0 to 32 for IPv4 */
    public static Range of(InetAddress address, int bits) {
        TransportAddress ip = TransportAddress.of(address, 0);
        int prefix = ip.isIpv4() ? bits + IPV4_BITS : bits;
        return new Range(address.getHostAddress() + "/" + bits, ip.high(), ip.low(), prefix);
    }

    /** @param text such as {@code 10.0.0.0/8}; the address is one in digits, which no resolver is asked for */
    public static Range of(String text) {
        int slash = text.indexOf('/');
        byte[] bytes = io.netty.util.NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash));
        if (bytes == null) {
            throw new IllegalArgumentException("\"" + text + "\" is not a network");
        }
        try {
            Range range = of(InetAddress.getByAddress(bytes), Integer.parseInt(text.substring(slash + 1)));
            return new Range(text, range.high(), range.low(), range.prefix());
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalArgumentException(text, impossible);
        }
    }

    /** Whether an address, in the same form and of the same family, lies in it. */
    public boolean contains(long otherHigh, long otherLow) {
        if (prefix < IPV4_BITS && TransportAddress.isIpv4(otherHigh, otherLow)) {
            return false;
        }
        if (prefix <= 64) {
            return prefix == 0 || (high ^ otherHigh) >>> (64 - prefix) == 0;
        }
        return high == otherHigh && (prefix == 64 || (low ^ otherLow) >>> (128 - prefix) == 0);
    }

    @Override
    public String toString() {
        return text;
    }
}
