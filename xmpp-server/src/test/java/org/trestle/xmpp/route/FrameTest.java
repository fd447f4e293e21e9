package org.trestle.xmpp.route;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;

final class FrameTest {
    private static final Jid TO = Jid.of("bob@trestle.test/büro");
    private static final Jid FROM = Jid.of("cb1.trestle.test");

    private static Frame.Carried trip(Aim aim, int hops, String endpoint, Stanza stanza) {
        ByteBuf frame = FrameCodec.encode(
                ByteBufAllocator.DEFAULT,
                new Frame.Carried(aim, hops, endpoint, stanza instanceof Presence ? "s9" : "", stanza));
        try {
            return (Frame.Carried) FrameCodec.decode(frame);
        } finally {
            frame.release();
        }
    }

    @Test
    void everyKindAndTypeOfStanzaArrivesAsItWas() {
        Payload body = Payload.of("<body  a='1'>x &amp;\n</body>".getBytes(StandardCharsets.UTF_8));
        for (Message.Type type : Message.Type.values()) {
            Message message = new Message(type, TO, FROM, null, "de", body);
            Frame.Carried carried = trip(Aim.ADDRESS, 2, null, message);
            assertEquals(message, carried.stanza());
            assertArrayEquals(body.bytes(), carried.stanza().payload());
            assertEquals(2, carried.hops());
        }
        for (Presence.Type type : Presence.Type.values()) {
            Presence presence = new Presence(type, TO, FROM, "7", null, Payload.EMPTY);
            assertEquals(new Frame.Carried(Aim.EACH, 0, "s1", "s9", presence), trip(Aim.EACH, 0, "s1", presence));
        }
        for (Iq.Type type : Iq.Type.values()) {
            Iq iq = new Iq(type, TO, FROM, "i", null, body);
            assertEquals(new Frame.Carried(Aim.ONLY, 3, "s2", "", iq), trip(Aim.ONLY, 3, "s2", iq));
        }
    }

    @Test
    void longTextsNeedMoreThanOneByteOfLength() {
        Message message = new Message(Message.Type.CHAT, TO, FROM, "é".repeat(9_000), null, Payload.EMPTY);
        assertEquals(message, trip(Aim.ADDRESS, 0, null, message).stanza());
    }

    @Test
    void theOtherFramesArriveAsTheyWere() {
        ByteBuf flow = FrameCodec.encode(ByteBufAllocator.DEFAULT, new Frame.Flow(true, TO, "h"));
        ByteBuf seen = FrameCodec.encode(ByteBufAllocator.DEFAULT, new Frame.Seen(false, new Sender(TO, "s"), FROM));
        assertEquals(new Frame.Flow(true, TO, "h"), FrameCodec.decode(flow));
        assertEquals(new Frame.Seen(false, new Sender(TO, "s"), FROM), FrameCodec.decode(seen));
        flow.release();
        seen.release();
    }

    @Test
    void bytesThatAreNoFrameAreRefusedInOneWay() {
        ByteBuf good = FrameCodec.encode(
                ByteBufAllocator.DEFAULT,
                new Frame.Carried(
                        Aim.ONLY, 0, "s", "", new Message(Message.Type.CHAT, TO, FROM, "1", "en", Payload.EMPTY)));
        for (int length = 0; length < good.readableBytes(); length++) {
            ByteBuf cut = good.slice(0, length);
            assertThrows(IllegalArgumentException.class, () -> FrameCodec.decode(cut));
        }
        good.release();
        Random random = new Random(7);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) (0x10 + random.nextInt(5));
            }
            try {
                FrameCodec.decode(Unpooled.wrappedBuffer(bytes));
            } catch (IllegalArgumentException refused) {
                // The one way.
            }
        }
    }
}
