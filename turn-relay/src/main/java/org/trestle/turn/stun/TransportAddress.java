package org.trestle.turn.stun;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * An IP address and a port. The address is held as the two halves of its IPv6 form in network order; IPv4 is held
 * as ::ffff:a.b.c.d, so that equal means equal whatever form it came in.
 */
public record TransportAddress(long high, long low, int port) {
    private static final long MAPPED = 0xffffL << 32;

    public TransportAddress {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + " is outside 0-65535");
        }
    }

    /** The low half that stands for the IPv4 address {@code bits}; the high half is 0. */
    public static long ipv4(int bits) {
        return MAPPED | (bits & 0xffff_ffffL);
    }

    /** Whether these halves are an IPv4 address. */
    public static boolean isIpv4(long high, long low) {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED;
    }

    public static TransportAddress of(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException(address + " has no IP address");
        }
        return of(ip, address.getPort());
    }

    public static TransportAddress of(InetAddress ip, int port) {
        byte[] bytes = ip.getAddress();
        if (bytes.length == 4) {
            return new TransportAddress(0, ipv4((int) word(bytes, 0, 4)), port);
        }
        return new TransportAddress(word(bytes, 0, 8), word(bytes, 8, 8), port);
    }

    public boolean isIpv4() {
        return isIpv4(high, low);
    }

    public AddressFamily family() {
        return isIpv4() ? AddressFamily.IPV4 : AddressFamily.IPV6;
    }

    public TransportAddress withPort(int other) {
        return new TransportAddress(high, low, other);
    }

    public InetAddress ip() {
        return ip(high, low);
    }

    /** The address of these halves; makes objects, so not for every packet. */
    public static InetAddress ip(long high, long low) {
        byte[] bytes = new byte[isIpv4(high, low) ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) (fromEnd < 8 ? low >>> (8 * fromEnd) : high >>> (8 * (fromEnd - 8)));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(ip(), port);
    }

    @Override
    public String toString() {
        InetAddress ip = ip();
        return (ip instanceof Inet4Address ? ip.getHostAddress() : "[" + ip.getHostAddress() + "]") + ":" + port;
    }

    private static long word(byte[] bytes, int from, int count) {
        long word = 0;
        for (int i = from; i < from + count; i++) {
            word = (word << 8) | (bytes[i] & 0xff);
        }
        return word;
    }
}
