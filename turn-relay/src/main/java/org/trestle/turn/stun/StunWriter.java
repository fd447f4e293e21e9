package org.trestle.turn.stun;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** Writes one message after another into buffers of the caller: {@code begin}, attributes, {@code end}. Padding is zero. */
public final class StunWriter {
    private ByteBuf bytes = io.netty.buffer.Unpooled.EMPTY_BUFFER;
    private int start;

    /** Begins a message at the writer index of {@code into}. */
    public StunWriter begin(ByteBuf into, int type, int transactionHigh, long transactionLow) {
        bytes = into;
        start = into.writerIndex();
        into.writeShort(type)
                .writeShort(0)
                .writeInt(StunMessage.MAGIC_COOKIE)
                .writeInt(transactionHigh)
                .writeLong(transactionLow);
        return this;
    }

    /** Begins the response of {@code messageClass} to {@code request}. */
    public StunWriter respond(ByteBuf into, StunMessage request, StunClass messageClass) {
        int type = (request.type() & ~0x110) | messageClass.bits();
        return begin(into, type, request.transactionHigh(), request.transactionLow());
    }

    public StunWriter flag(int type) {
        bytes.writeShort(type).writeShort(0);
        return this;
    }

    public StunWriter number(int type, int value) {
        bytes.writeShort(type).writeShort(4).writeInt(value);
        return this;
    }

    public StunWriter longNumber(int type, long value) {
        bytes.writeShort(type).writeShort(8).writeLong(value);
        return this;
    }

    public StunWriter value(int type, byte[] value) {
        bytes.writeShort(type).writeShort(value.length).writeBytes(value);
        return pad(value.length);
    }

    /** The value is the {@code length} bytes of {@code from} at {@code index}; its indices stay. */
    public StunWriter value(int type, ByteBuf from, int index, int length) {
        bytes.writeShort(type).writeShort(length).writeBytes(from, index, length);
        return pad(length);
    }

    public StunWriter text(int type, String value) {
        return value(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** ERROR-CODE without a reason phrase: people read the log, and a short answer amplifies less. */
    public StunWriter error(ErrorCode code) {
        return number(AttributeType.ERROR_CODE, ((code.number() / 100) << 8) | (code.number() % 100));
    }

    /** ADDRESS-ERROR-CODE of RFC 8656 section 18.12. */
    public StunWriter addressError(AddressFamily family, ErrorCode code) {
        int value = (family.number() << 24) | ((code.number() / 100) << 8) | (code.number() % 100);
        return number(AttributeType.ADDRESS_ERROR_CODE, value);
    }

    public StunWriter xorAddress(int type, TransportAddress address) {
        return xorAddress(type, address.high(), address.low(), address.port());
    }

    public StunWriter xorAddress(int type, long high, long low, int port) {
        boolean ipv4 = TransportAddress.isIpv4(high, low);
        int xorPort = port ^ (StunMessage.MAGIC_COOKIE >>> 16);
        bytes.writeShort(type)
                .writeShort(ipv4 ? 8 : 20)
                .writeShort((ipv4 ? AddressFamily.IPV4 : AddressFamily.IPV6).number())
                .writeShort(xorPort);
        if (ipv4) {
            bytes.writeInt((int) low ^ StunMessage.MAGIC_COOKIE);
        } else {
            bytes.writeLong(high ^ bytes.getLong(start + 4)).writeLong(low ^ bytes.getLong(start + 12));
        }
        return this;
    }

    /** An address that is not masked: MAPPED-ADDRESS, ALTERNATE-SERVER. */
    public StunWriter plainAddress(int type, TransportAddress address) {
        boolean ipv4 = address.isIpv4();
        bytes.writeShort(type)
                .writeShort(ipv4 ? 8 : 20)
                .writeShort(address.family().number())
                .writeShort(address.port());
        if (ipv4) {
            bytes.writeInt((int) address.low());
        } else {
            bytes.writeLong(address.high()).writeLong(address.low());
        }
        return this;
    }

    /** PASSWORD-ALGORITHMS: what this relay offers, the better one first (RFC 8489 section 14.11). */
    public StunWriter passwordAlgorithms() {
        bytes.writeShort(AttributeType.PASSWORD_ALGORITHMS)
                .writeShort(8)
                .writeShort(PasswordAlgorithm.SHA_256.number())
                .writeShort(0)
                .writeShort(PasswordAlgorithm.MD5.number())
                .writeShort(0);
        return this;
    }

    public StunWriter unknownAttributes(StunMessage request, java.util.function.IntPredicate unknown) {
        bytes.writeShort(AttributeType.UNKNOWN_ATTRIBUTES);
        int lengthAt = bytes.writerIndex();
        bytes.writeShort(0);
        for (int i = 0; i < request.attributes(); i++) {
            if (unknown.test(request.attribute(i))) {
                bytes.writeShort(request.attribute(i));
            }
        }
        int length = bytes.writerIndex() - lengthAt - 2;
        bytes.setShort(lengthAt, length);
        return pad(length);
    }

    public StunWriter integrity(Integrity integrity, byte[] key) {
        fixLength(24);
        byte[] mac = integrity.sha1(key, bytes, start, bytes.writerIndex() - start);
        return value(AttributeType.MESSAGE_INTEGRITY, mac);
    }

    public StunWriter integritySha256(Integrity integrity, byte[] key) {
        fixLength(36);
        byte[] mac = integrity.sha256(key, bytes, start, bytes.writerIndex() - start);
        return value(AttributeType.MESSAGE_INTEGRITY_SHA256, mac);
    }

    public StunWriter fingerprint() {
        fixLength(8);
        return number(AttributeType.FINGERPRINT, Fingerprint.of(bytes, start, bytes.writerIndex() - start));
    }

    /** Completes the header. */
    public ByteBuf end() {
        fixLength(0);
        return bytes;
    }

    private void fixLength(int more) {
        bytes.setShort(start + 2, bytes.writerIndex() - start - Framing.STUN_HEADER + more);
    }

    private StunWriter pad(int length) {
        bytes.writeZero(-length & 3);
        return this;
    }
}
