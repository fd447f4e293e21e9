package org.trestle.xmpp.stanza;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Attribute;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.XmlWriter;

/** Stanza to wire: a start tag of the addressing attributes, then the payload byte by byte. */
final class StanzaWriter {
    private static final byte[] TO = ascii("to");
    private static final byte[] FROM = ascii("from");
    private static final byte[] ID = ascii("id");
    private static final byte[] TYPE = ascii("type");
    private static final byte[] LANG = ascii("xml:lang");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] PRESENCE = ascii("presence");
    private static final byte[] IQ = ascii("iq");

    private StanzaWriter() {}

    static void write(Stanza stanza, ByteBuf out) {
        byte[] name = stanza instanceof Message ? MESSAGE : stanza instanceof Presence ? PRESENCE : IQ;
        byte[] payload = stanza.payload();
        out.ensureWritable(payload.length + 160);
        out.writeByte('<').writeBytes(name);
        attribute(out, FROM, stanza.from());
        attribute(out, TO, stanza.to());
        attribute(out, ID, id(stanza));
        attribute(out, TYPE, stanza.typeText());
        attribute(out, LANG, stanza.lang());
        if (payload.length == 0) {
            out.writeByte('/').writeByte('>');
        } else {
            out.writeByte('>').writeBytes(payload);
            out.writeByte('<').writeByte('/').writeBytes(name).writeByte('>');
        }
    }

    static Element element(Stanza stanza) {
        Element.Builder element = Element.of(stanza.name(), Namespaces.CLIENT)
                .attribute("from", text(stanza.from()))
                .attribute("to", text(stanza.to()))
                .attribute("id", id(stanza))
                .attribute("type", stanza.typeText());
        String lang = stanza.lang();
        if (lang != null) {
            element.attribute(new Attribute(Namespaces.XML, "lang", lang));
        }
        for (Element child : stanza.children()) {
            element.child(child);
        }
        return element.build();
    }

    /** RFC 6120 8.1.3: an error has the id of its request, so it has none when that had none. */
    private static @Nullable String id(Stanza stanza) {
        String id = stanza.id();
        return id == null || id.isEmpty() ? null : id;
    }

    private static void attribute(ByteBuf out, byte[] name, @Nullable Object value) {
        if (value != null) {
            XmlWriter.attribute(out, name, value.toString());
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
