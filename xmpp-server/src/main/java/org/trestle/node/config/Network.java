package org.trestle.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A network, as {@code 10.0.0.0/8} or {@code ::1/128}.
 *
 * @param prefix the address bytes, 4 or 16
 * @param bits how many leading bits count
 */
public record Network(byte[] prefix, int bits) {

    /** Reads {@code address/bits}, or one address; fails with {@link IllegalArgumentException}. */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.isEmpty() || !address.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0)) {
            throw new IllegalArgumentException("not an address: \"" + address + "\"");
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > bytes.length * 8) {
                throw new IllegalArgumentException("bits are 0 to " + bytes.length * 8 + ", not " + bits);
            }
            return new Network(bytes, bits);
        } catch (UnknownHostException notAnAddress) {
            throw new IllegalArgumentException("not an address: \"" + address + "\"", notAnAddress);
        }
    }

    /** Whether the address lies in this network; one of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        int whole = bits / 8;
        int rest = bits % 8;
        return Arrays.equals(bytes, 0, whole, prefix, 0, whole)
                && (rest == 0 || (bytes[whole] ^ prefix[whole]) >> (8 - rest) == 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && bits == that.bits && Arrays.equals(prefix, that.prefix);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(prefix) * 31 + bits;
    }

    @Override
    public String toString() {
        try {
            return InetAddress.getByAddress(prefix).getHostAddress() + "/" + bits;
        } catch (UnknownHostException never) {
            throw new IllegalStateException(never);
        }
    }
}
