package org.trestle.xmpp.xml;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees and single values to XML. Writes no declaration, no comments, and names without prefixes wherever it can. */
public final class XmlWriter {
    private XmlWriter() {}

    /**
     * The element as XML.
     *
     * @param outer the default namespace at the place where it is put; empty for none, so that the XML stands on its own
     */
    public static String text(Element element, String outer) {
        StringBuilder out = new StringBuilder(128);
        write(out, element, outer);
        return out.toString();
    }

    /** The elements one after the other, as bytes of UTF-8. */
    public static byte[] bytes(Iterable<Element> elements, String outer) {
        StringBuilder out = new StringBuilder(256);
        for (Element element : elements) {
            write(out, element, outer);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The namespace of XML is never declared: its names keep its prefix, and what is in scope stays so for their children. */
    private static void write(StringBuilder out, Element element, String outer) {
        boolean ofXml = element.namespace().equals(Namespaces.XML);
        String name = ofXml ? "xml:" + element.name() : element.name();
        String inner = ofXml ? outer : element.namespace();
        out.append('<').append(name);
        if (!inner.equals(outer)) {
            attribute(out, "xmlns", inner);
        }
        writeAttributes(out, element);
        if (element.content().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (Node node : element.content()) {
            if (node instanceof Element child) {
                write(out, child, inner);
            } else if (node instanceof Text text) {
                escape(out, text.value(), false);
            }
        }
        out.append("</").append(name).append('>');
    }

    /** Attributes of a namespace get a prefix made up here, {@code ns1} and so on; {@code xml} keeps its own. */
    private static void writeAttributes(StringBuilder out, Element element) {
        Map<String, String> prefixes = new LinkedHashMap<>();
        for (Attribute each : element.attributes()) {
            String namespace = each.namespace();
            if (namespace.isEmpty()) {
                attribute(out, each.name(), each.value());
            } else if (namespace.equals(Namespaces.XML)) {
                attribute(out, "xml:" + each.name(), each.value());
            } else {
                String prefix = prefixes.get(namespace);
                if (prefix == null) {
                    prefix = "ns" + (prefixes.size() + 1);
                    prefixes.put(namespace, prefix);
                    attribute(out, "xmlns:" + prefix, namespace);
                }
                attribute(out, prefix + ':' + each.name(), each.value());
            }
        }
    }

    /** One attribute with a blank before it. */
    static void attribute(StringBuilder out, String name, String value) {
        out.append(' ').append(name).append("='");
        escape(out, value, true);
        out.append('\'');
    }

    private static void escape(StringBuilder out, String value, boolean attribute) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            String escaped = escaped(c, attribute);
            if (escaped == null) {
                out.append(c);
            } else {
                out.append(escaped);
            }
        }
    }

    private static @Nullable String escaped(char c, boolean attribute) {
        return switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '\'' -> attribute ? "&apos;" : null;
            case '\r' -> "&#13;";
            case '\n' -> attribute ? "&#10;" : null;
            case '\t' -> attribute ? "&#9;" : null;
            default -> null;
        };
    }

    /** Appends one attribute with a blank before it: the hot path, which makes no objects when nothing needs escaping. */
    public static void attribute(ByteBuf out, byte[] name, String value) {
        out.writeByte(' ').writeBytes(name).writeByte('=').writeByte('\'');
        if (isPlain(value)) {
            ByteBufUtil.writeUtf8(out, value);
        } else {
            StringBuilder escaped = new StringBuilder(value.length() + 16);
            escape(escaped, value, true);
            ByteBufUtil.writeUtf8(out, escaped);
        }
        out.writeByte('\'');
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= '>' && escaped(c, true) != null) {
                return false;
            }
        }
        return true;
    }
}
