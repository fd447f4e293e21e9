package org.trestle.xmpp.feature.offline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;

/**
 * A message as it is kept.
 *
 * @param since when it was stored
 * @param dated whether it says itself since when it is on its way, because it comes from a session that ended
 */
record OfflineMessage(Message message, Instant since, boolean dated) {
    private static final int VERSION = 1;
    private static final int CHAT = 1;
    private static final int DATED = 2;

    /** One byte of version, one of flags, the time in ms, the texts of to, from, id and language, and the content. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.payload().length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte((message.type() == Message.Type.CHAT ? CHAT : 0) | (dated ? DATED : 0));
            out.writeLong(since.toEpochMilli());
            text(out, message.to());
            text(out, message.from());
            text(out, message.id());
            text(out, message.lang());
            out.write(message.payload());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void text(DataOutputStream out, @Nullable Object value) throws IOException {
        byte[] text = value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
        out.writeInt(text == null ? -1 : text.length);
        if (text != null) {
            out.write(text);
        }
    }

    /** Null when these bytes are not a message of this version. */
    static @Nullable OfflineMessage decode(byte[] value) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != VERSION) {
                return null;
            }
            int flags = in.readByte();
            Instant since = Instant.ofEpochMilli(in.readLong());
            Message.Type type = (flags & CHAT) != 0 ? Message.Type.CHAT : Message.Type.NORMAL;
            Jid to = jid(text(in));
            Jid from = jid(text(in));
            Message message = new Message(type, to, from, text(in), text(in), Payload.of(in.readAllBytes()));
            return to == null || from == null ? null : new OfflineMessage(message, since, (flags & DATED) != 0);
        } catch (IOException cut) {
            return null;
        }
    }

    private static @Nullable String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static @Nullable Jid jid(@Nullable String text) {
        return text == null ? null : Jid.parse(text);
    }

    /** The message with a delay stamp of the server (XEP-0203), in UTC; its bytes stay as they are. */
    Message delivered() {
        Jid to = message.to();
        if (dated || to == null) {
            return message;
        }
        byte[] before = message.payload();
        byte[] delay = ("<delay xmlns='urn:xmpp:delay' from='" + to.domain() + "' stamp='"
                        + since.truncatedTo(ChronoUnit.MILLIS) + "'>Offline Storage</delay>")
                .getBytes(StandardCharsets.UTF_8);
        byte[] all = new byte[before.length + delay.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(delay, 0, all, before.length, delay.length);
        return new Message(message.type(), to, message.from(), message.id(), message.lang(), Payload.of(all));
    }
}
