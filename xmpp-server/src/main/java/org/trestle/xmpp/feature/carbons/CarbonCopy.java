package org.trestle.xmpp.feature.carbons;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.trestle.xmpp.route.RouteHooks.Direction;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;

/** The message in its wrapping (XEP-0280 7, XEP-0297), byte for byte as it is. */
final class CarbonCopy {
    private static final String FORWARDED =
            " xmlns='" + CarbonsFeature.NAMESPACE + "'><forwarded xmlns='urn:xmpp:forward:0'><message";
    private static final byte[] CLIENT = " xmlns='jabber:client'".getBytes(StandardCharsets.US_ASCII);
    private static final int TAG = "<message".length();

    private CarbonCopy() {}

    static Payload of(Message message, Direction direction) {
        String name = direction == Direction.SENT ? "sent" : "received";
        ByteBuf inner = Unpooled.buffer(message.payload().length + 256);
        message.encode(inner);
        inner.skipBytes(TAG);
        ByteBuf out = Unpooled.buffer(inner.readableBytes() + 160);
        ByteBufUtil.writeAscii(out, "<" + name + FORWARDED);
        out.writeBytes(CLIENT).writeBytes(inner);
        ByteBufUtil.writeAscii(out, "</forwarded></" + name + ">");
        return Payload.of(ByteBufUtil.getBytes(out));
    }
}
