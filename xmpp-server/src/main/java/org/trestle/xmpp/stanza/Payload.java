package org.trestle.xmpp.stanza;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.ElementReader;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.XmlWriter;

/**
 * What is between the tags of a stanza: bytes, and a tree once somebody has asked for it. Equal when the bytes are. Any
 * thread; parsing twice at the same time is harmless.
 */
public final class Payload {
    public static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;
    private volatile @Nullable List<Element> elements;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes that are known to be well-formed content; the caller gives them away. */
    public static Payload of(byte[] wellFormed) {
        return wellFormed.length == 0 ? EMPTY : new Payload(wellFormed);
    }

    public static Payload of(Element... elements) {
        List<Element> list = List.of(elements);
        if (list.isEmpty()) {
            return EMPTY;
        }
        Payload payload = new Payload(XmlWriter.bytes(list, Namespaces.CLIENT));
        payload.elements = list;
        return payload;
    }

    /** Shared: never to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The elements, parsed at the first call; names without a namespace of their own are in {@code jabber:client}. */
    public List<Element> elements() {
        List<Element> parsed = elements;
        if (parsed == null) {
            parsed = bytes.length == 0 ? List.of() : ElementReader.elements(bytes, Namespaces.CLIENT);
            elements = parsed;
        }
        return parsed;
    }

    /** The first element of this name, or null. */
    public @Nullable Element child(String name, String namespace) {
        for (Element element : elements()) {
            if (element.is(name, namespace)) {
                return element;
            }
        }
        return null;
    }

    /**
     * Whether these ASCII characters are in it, in a row: a quick way to find out that an element of some name is not. Names
     * cannot be escaped in XML, values of attributes can.
     */
    public boolean mentions(String ascii) {
        int length = ascii.length();
        char first = ascii.charAt(0);
        for (int at = 0; at <= bytes.length - length; at++) {
            if (bytes[at] == first && matches(ascii, at)) {
                return true;
            }
        }
        return false;
    }

    private boolean matches(String ascii, int at) {
        for (int i = 1; i < ascii.length(); i++) {
            if (bytes[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The local name of the first element without parsing what is in it, or null when there is no element. */
    public @Nullable String firstName() {
        Element first = first();
        return first == null ? null : first.name();
    }

    /** The namespace of the first element without parsing what is in it, or null when there is no element. */
    public @Nullable String firstNamespace() {
        Element first = first();
        return first == null ? null : first.namespace();
    }

    /** The first element; empty inside when nobody has asked for the whole yet. */
    private @Nullable Element first() {
        List<Element> parsed = elements;
        if (parsed != null) {
            return parsed.isEmpty() ? null : parsed.get(0);
        }
        return ElementReader.firstTag(bytes, Namespaces.CLIENT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Payload that && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: what people write to each other is in no log. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }

    /** The XML itself. */
    public String xml() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
