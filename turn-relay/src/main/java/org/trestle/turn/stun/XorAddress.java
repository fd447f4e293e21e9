package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;

/**
 * An address attribute as primitives, read in place: XOR-MAPPED-ADDRESS and its kin (RFC 8489 section 14.2). One
 * instance serves a loop.
 */
public final class XorAddress {
    private long high;
    private long low;
    private int port;
    private int family;

    /**
     * Reads the address whose value begins at {@code offset} of {@code message}.
     *
     * @return whether family and length fit each other
     */
    public boolean read(StunMessage message, int offset) {
        ByteBuf bytes = message.bytes();
        int length = message.length(offset);
        if (length != 8 && length != 20) {
            return false;
        }
        family = bytes.getUnsignedByte(offset + 1);
        port = bytes.getUnsignedShort(offset + 2) ^ (StunMessage.MAGIC_COOKIE >>> 16);
        if (family == AddressFamily.IPV4.number() && length == 8) {
            high = 0;
            low = TransportAddress.ipv4(bytes.getInt(offset + 4) ^ StunMessage.MAGIC_COOKIE);
            return true;
        }
        if (family == AddressFamily.IPV6.number() && length == 20) {
            long mask = ((long) StunMessage.MAGIC_COOKIE << 32) | (message.transactionHigh() & 0xffff_ffffL);
            high = bytes.getLong(offset + 4) ^ mask;
            low = bytes.getLong(offset + 12) ^ message.transactionLow();
            return true;
        }
        return false;
    }

    /** The first half of the address as in {@link TransportAddress}. */
    public long high() {
        return high;
    }

    public long low() {
        return low;
    }

    public int port() {
        return port;
    }

    /** The family that the attribute says, even when an IPv6 attribute holds an IPv4 address in disguise. */
    public AddressFamily family() {
        return family == 1 ? AddressFamily.IPV4 : AddressFamily.IPV6;
    }

    public TransportAddress address() {
        return new TransportAddress(high, low, port);
    }
}
