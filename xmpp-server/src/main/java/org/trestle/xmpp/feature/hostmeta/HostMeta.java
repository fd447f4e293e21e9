package org.trestle.xmpp.feature.hostmeta;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.XmlWriter;

/**
 * What {@code /.well-known/host-meta} and {@code /.well-known/host-meta.json} of a domain say (XEP-0156, RFC 6415). Both are
 * served over HTTPS only, to pages of every origin ({@code Access-Control-Allow-Origin: *}), with the media types here.
 *
 * @param links each {@code https:} or {@code wss:}
 */
public record HostMeta(List<Link> links) {
    public static final String XRD_PATH = "/.well-known/host-meta";
    public static final String XRD_TYPE = "application/xrd+xml; charset=utf-8";
    public static final String JRD_PATH = "/.well-known/host-meta.json";
    public static final String JRD_TYPE = "application/json; charset=utf-8";

    private static final String XRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0";

    /** How a client can connect. */
    public enum Relation {
        WEBSOCKET("urn:xmpp:alt-connections:websocket", "wss"),
        BOSH("urn:xmpp:alt-connections:xbosh", "https");

        private final String word;
        private final String scheme;

        Relation(String word, String scheme) {
            this.word = word;
            this.scheme = scheme;
        }
    }

    /** A place to connect to; anything but an absolute address of the relation's secure scheme is illegal. */
    public record Link(Relation relation, URI address) {
        public Link {
            String scheme = address.getScheme();
            if (scheme == null
                    || !scheme.toLowerCase(Locale.ROOT).equals(relation.scheme)
                    || address.getHost() == null) {
                throw new IllegalArgumentException(
                        "an address of " + relation + " begins with " + relation.scheme + "://, not " + address);
            }
        }
    }

    public HostMeta {
        links = List.copyOf(links);
    }

    /** The document in XML. */
    public String xrd() {
        Element.Builder document = Element.of("XRD", XRD);
        for (Link link : links) {
            document.child(Element.of("Link", XRD)
                    .attribute("rel", link.relation.word)
                    .attribute("href", link.address.toASCIIString())
                    .build());
        }
        return "<?xml version='1.0' encoding='utf-8'?>" + XmlWriter.text(document.build(), "");
    }

    /** The document in JSON. A URI in ASCII has no character that JSON escapes. */
    public String jrd() {
        List<String> entries = new ArrayList<>();
        for (Link link : links) {
            entries.add("{\"rel\":\"" + link.relation.word + "\",\"href\":\"" + link.address.toASCIIString() + "\"}");
        }
        return "{\"links\":[" + String.join(",", entries) + "]}";
    }
}
