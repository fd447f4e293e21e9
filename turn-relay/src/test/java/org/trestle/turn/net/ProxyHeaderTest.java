package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

final class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String IPV4 = SIGNATURE + "2111000cc0000201c63364070d05" + "0d96";

    @Test
    void readsWhoIsBehind() {
        ProxyHeader header = read(IPV4);
        assertNotNull(header);
        assertEquals(28, header.length());
        assertEquals("192.0.2.1:3333", String.valueOf(header.source()));
        assertEquals("198.51.100.7:3478", String.valueOf(header.destination()));
    }

    @Test
    void readsIpv6() {
        ProxyHeader header = read(SIGNATURE + "21210024" + "20010db8000000000000000000000001"
                + "20010db8000000000000000000000002" + "0d050d96");
        assertNotNull(header);
        assertEquals("[2001:db8:0:0:0:0:0:1]:3333", String.valueOf(header.source()));
        assertEquals("[2001:db8:0:0:0:0:0:2]:3478", String.valueOf(header.destination()));
    }

    @Test
    void waitsForTheRest() {
        for (int i = 0; i < IPV4.length(); i += 2) {
            assertNull(read(IPV4.substring(0, i)), "after " + i / 2 + " bytes");
        }
    }

    @Test
    void aProxyMaySpeakForItself() {
        ProxyHeader header = read(SIGNATURE + "20000000");
        assertNotNull(header);
        assertEquals(16, header.length());
        assertNull(header.source());
    }

    @Test
    void refusesWhatIsNone() {
        assertSame(ProxyHeader.WRONG, read("0d0a0d0b"));
        assertSame(ProxyHeader.WRONG, read("00010000"));
        assertSame(ProxyHeader.WRONG, read(SIGNATURE + "1111000c"), "version 1");
        assertSame(ProxyHeader.WRONG, read(SIGNATURE + "2111ffff"), "65,551 bytes");
        ProxyHeader cut = read(SIGNATURE + "2111000800000000" + "00000000");
        assertNotNull(cut);
        assertNull(cut.source(), "too short for its addresses");
    }

    private static ProxyHeader read(String hex) {
        ByteBuf bytes = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
        return ProxyHeader.read(bytes);
    }
}
