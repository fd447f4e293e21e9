package org.trestle.turn.stun;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The sample messages of RFC 5769 section 2 and RFC 8489 appendix B.1. */
final class VectorsTest {
    private static final byte[] SHORT_TERM = "VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.US_ASCII);
    private static final String KATAKANA = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";

    private static final String REQUEST = "000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74"
            + "002400046e0001ff80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020"
            + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf";
    private static final String IPV4_RESPONSE = "0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";
    private static final String IPV6_RESPONSE = "010100482112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";
    private static final String LONG_TERM = "000100602112a44278ad3433c6ad72c029da412e"
            + "00060012e3839ee38388e383aae38383e382afe382b90000"
            + "0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341"
            + "0014000b6578616d706c652e6f726700"
            + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";
    private static final String USERHASH = "000100902112a44278ad3433c6ad72c029da412e"
            + "001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
            + "001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c39465354767936347341000000"
            + "0014000b6578616d706c652e6f726700001d000400020000"
            + "001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65";

    private final Integrity integrity = new Integrity();

    @Test
    void sampleRequest() {
        StunMessage message = read(REQUEST);
        assertEquals(StunMethod.BINDING, message.method());
        assertEquals(StunClass.REQUEST, message.messageClass());
        assertEquals("STUN test client", message.text(AttributeType.SOFTWARE));
        assertEquals("evtj:h6vY", message.text(AttributeType.USERNAME));
        assertEquals(Integrity.Check.RIGHT, integrity.check(message, SHORT_TERM));
        assertTrue(Fingerprint.isRightOrAbsent(message));
    }

    @Test
    void sampleResponseForIpv4() {
        StunMessage message = read(IPV4_RESPONSE);
        assertEquals(StunClass.SUCCESS, message.messageClass());
        assertEquals("192.0.2.1:32853", mapped(message).toString());
        assertEquals(Integrity.Check.RIGHT, integrity.check(message, SHORT_TERM));
        assertTrue(Fingerprint.isRightOrAbsent(message));
    }

    @Test
    void sampleResponseForIpv6() {
        StunMessage message = read(IPV6_RESPONSE);
        assertEquals(
                "[2001:db8:1234:5678:11:2233:4455:6677]:32853", mapped(message).toString());
        assertEquals(Integrity.Check.RIGHT, integrity.check(message, SHORT_TERM));
        assertTrue(Fingerprint.isRightOrAbsent(message));
    }

    @Test
    void sampleRequestWithLongTermCredentials() {
        StunMessage message = read(LONG_TERM);
        // "The<U+00AD>M<U+00AA>tr<U+2168>" becomes this by SASLprep.
        byte[] key = LongTermKey.of(PasswordAlgorithm.MD5, KATAKANA, "example.org", "TheMatrIX");
        assertEquals(KATAKANA, message.text(AttributeType.USERNAME));
        assertEquals(Integrity.Check.RIGHT, integrity.check(message, key));
        assertEquals(Integrity.Check.WRONG, integrity.check(message, SHORT_TERM));
    }

    @Test
    void sampleRequestWithUserhashAndSha256() {
        StunMessage message = read(USERHASH);
        byte[] key = LongTermKey.of(PasswordAlgorithm.SHA_256, KATAKANA, "example.org", "TheMatrIX");
        assertArrayEquals(LongTermKey.userHash(KATAKANA, "example.org"), message.value(AttributeType.USERHASH));
        assertEquals(2, message.number(AttributeType.PASSWORD_ALGORITHM, 2, 4));
        assertEquals(Integrity.Check.RIGHT, integrity.check(message, key));
    }

    @Test
    void whatIsWrittenIsTheSampleAgain() {
        StunMessage message = read(IPV4_RESPONSE);
        ByteBuf out = Unpooled.buffer();
        new StunWriter()
                .begin(out, 0x0101, message.transactionHigh(), message.transactionLow())
                .text(AttributeType.SOFTWARE, "test vector")
                .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, mapped(message))
                .integrity(integrity, SHORT_TERM)
                .fingerprint()
                .end();
        // The RFC pads SOFTWARE with a space; padding may be anything, ours is zero, and the checks cover it.
        StunMessage again = new StunMessage();
        assertTrue(again.read(out));
        assertEquals(ByteBufUtil.hexDump(message.bytes(), 0, 31), ByteBufUtil.hexDump(out, 0, 31));
        assertEquals(0, out.getByte(35));
        assertEquals(Integrity.Check.RIGHT, integrity.check(again, SHORT_TERM));
        assertTrue(Fingerprint.isRightOrAbsent(again));
    }

    @Test
    void anyChangedBitIsNoticed() {
        byte[] sample = ByteBufUtil.decodeHexDump(REQUEST);
        StunMessage message = new StunMessage();
        for (int bit = 0; bit < sample.length * 8; bit++) {
            byte[] changed = sample.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            boolean passes = message.read(Unpooled.wrappedBuffer(changed))
                    && Fingerprint.isRightOrAbsent(message)
                    && message.has(AttributeType.FINGERPRINT)
                    && integrity.check(message, SHORT_TERM) == Integrity.Check.RIGHT;
            assertFalse(passes, "bit " + bit);
        }
    }

    private static StunMessage read(String hex) {
        StunMessage message = new StunMessage();
        assertTrue(message.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex))));
        return message;
    }

    private static TransportAddress mapped(StunMessage message) {
        XorAddress address = new XorAddress();
        assertTrue(address.read(message, message.find(AttributeType.XOR_MAPPED_ADDRESS)));
        return address.address();
    }
}
