package org.trestle.xmpp.stream;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.XmlWriter;

/**
 * The parts of a stream that are written by hand, because they have the prefix {@code stream} or never end: start tags and
 * stream errors. RFC 6120 4.8.5 lets every prefix do, but many clients know this one only.
 */
final class StreamText {
    private static final SecureRandom RANDOM = new SecureRandom();

    private StreamText() {}

    /** An id that nobody can guess (RFC 6120 4.7.3): 128 random bits. */
    static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Our start tag to a client (RFC 6120 4.7). */
    static String toClient(String id, @Nullable String from, @Nullable String to) {
        return start(
                Namespaces.CLIENT,
                Element.of("s", "")
                        .attribute("from", from)
                        .attribute("to", to)
                        .attribute("id", id)
                        .attribute("version", "1.0")
                        .build(),
                " xml:lang='en'");
    }

    /** Our start tag to a component (XEP-0114 3), which has no version and hence no features. */
    static String toComponent(String id, @Nullable String from) {
        return start(
                Namespaces.COMPONENT,
                Element.of("s", "").attribute("from", from).attribute("id", id).build(),
                "");
    }

    private static String start(String namespace, Element attributes, String more) {
        String written = XmlWriter.text(attributes, "");
        return "<?xml version='1.0'?><stream:stream xmlns='" + namespace + "' xmlns:stream='" + Namespaces.STREAM + "'"
                + written.substring("<s".length(), written.length() - "/>".length()) + more + ">";
    }

    static String error(StreamError error) {
        StringBuilder out = new StringBuilder("<stream:error>");
        for (Element child : error.element().children()) {
            out.append(XmlWriter.text(child, ""));
        }
        return out.append("</stream:error>").toString();
    }

    static String features(Iterable<Element> features) {
        StringBuilder out = new StringBuilder("<stream:features>");
        for (Element feature : features) {
            out.append(XmlWriter.text(feature, Namespaces.CLIENT));
        }
        return out.append("</stream:features>").toString();
    }
}
