package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.StartTag;

/**
 * What a client's header says (RFC 6120 4.7).
 *
 * @param domain the domain in {@code to}, canonical, or null when there is none
 * @param from the client's own address in canonical form, or null
 * @param lang the language of the stream, or null
 * @param error what is wrong with it, or null
 */
record ClientHeader(
        @Nullable String domain,
        @Nullable String from,
        @Nullable String lang,
        @Nullable StreamError error) {

    static ClientHeader read(StartTag tag) {
        String to = tag.attribute("to");
        String domain = domain(to);
        String fromText = tag.attribute("from");
        Jid from = fromText == null ? null : Jid.parse(fromText);
        StreamError error = nameError(tag, Namespaces.CLIENT);
        if (error == null && !isVersion1(tag.attribute("version"))) {
            error = StreamError.of(Condition.UNSUPPORTED_VERSION, "only version 1.0 of XMPP is spoken here");
        }
        if (error == null && domain == null) {
            error = StreamError.of(
                    Condition.IMPROPER_ADDRESSING, "the stream header needs a domain in the attribute 'to'");
        }
        return new ClientHeader(domain, from == null ? null : from.toString(), tag.lang(), error);
    }

    /** The canonical domain, or null when the text is none. */
    static @Nullable String domain(@Nullable String text) {
        return text != null && Jid.parse(text) instanceof DomainJid jid && jid.resource() == null ? jid.domain() : null;
    }

    /** What is wrong with the names of a header whose content is in this namespace, or null. */
    static @Nullable StreamError nameError(StartTag tag, String content) {
        if (!tag.namespace().equals(Namespaces.STREAM)) {
            return StreamError.of(Condition.INVALID_NAMESPACE, "a stream is of " + Namespaces.STREAM);
        }
        if (!tag.name().equals("stream")) {
            return StreamError.of(Condition.BAD_FORMAT, "a stream begins with the element 'stream'");
        }
        if (!tag.defaultNamespace().equals(content)) {
            return StreamError.of(
                    Condition.INVALID_NAMESPACE, "the default namespace of a stream on this port is " + content);
        }
        return null;
    }

    /** RFC 6120 4.7.5: a higher minor or major version gets 1.0 from us; none at all is older than 1.0. */
    private static boolean isVersion1(@Nullable String version) {
        if (version == null) {
            return false;
        }
        int dot = version.indexOf('.');
        return dot > 0
                && dot < 4
                && version.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))
                && Integer.parseInt(version.substring(0, dot)) >= 1;
    }
}
