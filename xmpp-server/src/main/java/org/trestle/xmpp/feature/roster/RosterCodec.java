package org.trestle.xmpp.feature.roster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;

/** A roster as the value of a replicated row: a version byte, the contacts, the notices. */
final class RosterCodec {
    private static final int VERSION = 1;
    private static final int LISTED = 1;
    private static final int NAMED = 2;
    private static final int APPROVED = 4;
    // By their place in this list, which only grows.
    private static final List<Presence.Type> TYPES = List.of(
            Presence.Type.SUBSCRIBE, Presence.Type.SUBSCRIBED, Presence.Type.UNSUBSCRIBE, Presence.Type.UNSUBSCRIBED);

    private RosterCodec() {}

    static byte[] encode(Roster roster) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(64 + 48 * roster.contacts().size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(roster.contacts().size());
            for (Contact contact : roster.contacts()) {
                write(out, contact);
            }
            out.writeByte(roster.notices().size());
            for (Roster.Notice notice : roster.notices()) {
                out.writeByte(TYPES.indexOf(notice.type()));
                text(out, notice.from().toString());
                block(out, notice.content().bytes());
            }
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Contact contact) throws IOException {
        String name = contact.name();
        out.writeByte(
                (contact.listed() ? LISTED : 0) | (name == null ? 0 : NAMED) | (contact.approved() ? APPROVED : 0));
        out.writeByte(contact.state().bits());
        text(out, contact.jid().toString());
        if (name != null) {
            text(out, name);
        }
        out.writeByte(contact.groups().size());
        for (String group : contact.groups()) {
            text(out, group);
        }
        Payload request = contact.request();
        if (contact.state().in()) {
            block(out, request == null ? new byte[0] : request.bytes());
        }
    }

    /** @throws IllegalArgumentException when the bytes are no roster that this version can read */
    static Roster decode(byte[] value) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (in.readByte() != VERSION) {
                throw new IllegalArgumentException("a roster of an unknown version");
            }
            int size = in.readInt();
            Map<Jid, Contact> contacts = new LinkedHashMap<>();
            for (int i = 0; i < size; i++) {
                Contact contact = contact(in);
                contacts.put(contact.jid(), contact);
            }
            List<Roster.Notice> notices = new ArrayList<>(2);
            int told = in.readUnsignedByte();
            for (int i = 0; i < told; i++) {
                notices.add(
                        new Roster.Notice(TYPES.get(in.readUnsignedByte()), Jid.of(text(in)), Payload.of(block(in))));
            }
            return new Roster(contacts, notices);
        } catch (IOException | IndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("a roster that cannot be read", malformed);
        }
    }

    private static Contact contact(DataInputStream in) throws IOException {
        int flags = in.readByte();
        State state = State.of(in.readUnsignedByte());
        Jid jid = Jid.of(text(in));
        @Nullable String name = (flags & NAMED) == 0 ? null : text(in);
        int size = in.readUnsignedByte();
        List<String> groups = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            groups.add(text(in));
        }
        Payload request = state.in() ? Payload.of(block(in)) : null;
        return new Contact(jid, (flags & LISTED) != 0, name, groups, state, (flags & APPROVED) != 0, request);
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        block(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(block(in), StandardCharsets.UTF_8);
    }

    private static void block(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static byte[] block(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }
}
