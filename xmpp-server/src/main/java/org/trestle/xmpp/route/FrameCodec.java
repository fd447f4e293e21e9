package org.trestle.xmpp.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;

/**
 * Frames to bytes and back. A stanza is: one byte of version and kind of frame; one of kind and type of stanza; one of
 * {@link Aim}, hops, and which of id, language and session there are; the texts of to, from, the aimed endpoint, the
 * sender's session, id and language, each with its length as a varint of 7 bits a byte; and the payload, byte for byte, to
 * the end of the frame.
 */
// The order of the types is part of the version of the frames: whoever changes it changes the version.
@SuppressWarnings("EnumOrdinal")
final class FrameCodec {
    private static final int STANZA = 0x10;
    private static final int STOP = 0x11;
    private static final int GO_ON = 0x12;
    private static final int SEEN = 0x13;
    private static final int UNSEEN = 0x14;

    private static final int HAS_ID = 0x10;
    private static final int HAS_LANG = 0x20;
    private static final int HAS_SESSION = 0x40;

    /** No text is longer, because no stanza is. */
    private static final int MAX_TEXT = 1 << 20;

    private static final Message.Type[] MESSAGE_TYPES = Message.Type.values();
    private static final Presence.Type[] PRESENCE_TYPES = Presence.Type.values();
    private static final Iq.Type[] IQ_TYPES = Iq.Type.values();

    private FrameCodec() {}

    static ByteBuf encode(ByteBufAllocator allocator, Frame.Carried carried) {
        Stanza stanza = carried.stanza();
        byte[] payload = stanza.payload();
        String to = text(stanza.to());
        String from = text(stanza.from());
        String id = stanza.id();
        String lang = stanza.lang();
        ByteBuf out = allocator.buffer(payload.length + to.length() + from.length() + 64);
        out.writeByte(STANZA);
        out.writeByte(kindAndType(stanza));
        out.writeByte(carried.aim().ordinal()
                | (carried.hops() << 2)
                | (id == null ? 0 : HAS_ID)
                | (lang == null ? 0 : HAS_LANG)
                | (carried.session().isEmpty() ? 0 : HAS_SESSION));
        write(out, to);
        write(out, from);
        if (carried.aim() != Aim.ADDRESS) {
            String endpoint = carried.endpoint();
            write(out, endpoint == null ? "" : endpoint);
        }
        if (!carried.session().isEmpty()) {
            write(out, carried.session());
        }
        if (id != null) {
            write(out, id);
        }
        if (lang != null) {
            write(out, lang);
        }
        return out.writeBytes(payload);
    }

    static ByteBuf encode(ByteBufAllocator allocator, Frame.Flow flow) {
        ByteBuf out = allocator.buffer(128).writeByte(flow.on() ? GO_ON : STOP);
        write(out, flow.source().toString());
        write(out, flow.holder());
        return out;
    }

    static ByteBuf encode(ByteBufAllocator allocator, Frame.Seen seen) {
        ByteBuf out = allocator.buffer(128).writeByte(seen.available() ? SEEN : UNSEEN);
        write(out, seen.from().jid().toString());
        write(out, seen.from().session());
        write(out, seen.to().toString());
        return out;
    }

    /** @throws IllegalArgumentException when these bytes are not a frame of this version */
    static Frame decode(ByteBuf in) {
        try {
            int kind = in.readByte();
            return switch (kind) {
                case STANZA -> carried(in);
                case STOP, GO_ON -> new Frame.Flow(kind == GO_ON, Jid.of(read(in)), read(in));
                case SEEN, UNSEEN ->
                    new Frame.Seen(kind == SEEN, new Sender(Jid.of(read(in)), read(in)), Jid.of(read(in)));
                default -> throw new IllegalArgumentException("frame of kind " + kind);
            };
        } catch (IndexOutOfBoundsException cut) {
            throw new IllegalArgumentException("frame is cut short", cut);
        }
    }

    private static Frame.Carried carried(ByteBuf in) {
        int kindAndType = in.readByte();
        int flags = in.readByte();
        Aim aim = Aim.of(flags & 3);
        Jid to = Jid.of(read(in));
        Jid from = Jid.of(read(in));
        String endpoint = aim == Aim.ADDRESS ? null : read(in);
        String session = (flags & HAS_SESSION) == 0 ? "" : read(in);
        String id = (flags & HAS_ID) == 0 ? null : read(in);
        String lang = (flags & HAS_LANG) == 0 ? null : read(in);
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        Payload payload = Payload.of(bytes);
        int type = kindAndType & 0xf;
        Stanza stanza = switch (kindAndType >> 4) {
            case 0 -> new Message(MESSAGE_TYPES[type], to, from, id, lang, payload);
            case 1 -> new Presence(PRESENCE_TYPES[type], to, from, id, lang, payload);
            case 2 -> new Iq(IQ_TYPES[type], to, from, id == null ? "" : id, lang, payload);
            default -> throw new IllegalArgumentException("stanza of kind " + (kindAndType >> 4));
        };
        return new Frame.Carried(aim, (flags >> 2) & 3, endpoint, session, stanza);
    }

    private static int kindAndType(Stanza stanza) {
        if (stanza instanceof Message message) {
            return message.type().ordinal();
        }
        if (stanza instanceof Presence presence) {
            return (1 << 4) | presence.type().ordinal();
        }
        return (2 << 4) | ((Iq) stanza).type().ordinal();
    }

    private static String text(@Nullable Jid jid) {
        if (jid == null) {
            throw new IllegalArgumentException("a stanza on the bus has both addresses");
        }
        return jid.toString();
    }

    private static void write(ByteBuf out, String text) {
        int length = ByteBufUtil.utf8Bytes(text);
        int rest = length;
        while (rest > 0x7f) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
        ByteBufUtil.reserveAndWriteUtf8(out, text, length);
    }

    private static String read(ByteBuf in) {
        int length = 0;
        int shift = 0;
        int part;
        do {
            part = in.readByte();
            length |= (part & 0x7f) << shift;
            shift += 7;
        } while (part < 0 && shift < 21);
        if (part < 0 || length > MAX_TEXT) {
            throw new IllegalArgumentException("text too long in a frame");
        }
        return in.readCharSequence(length, StandardCharsets.UTF_8).toString();
    }
}
