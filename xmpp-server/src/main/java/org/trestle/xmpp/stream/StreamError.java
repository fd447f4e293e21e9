package org.trestle.xmpp.stream;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Attribute;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Why a stream ends (RFC 6120 4.9).
 *
 * @param text words for the peer's operator, in English, or null
 * @param host where to go instead, only with {@link Condition#SEE_OTHER_HOST}
 * @param application a more exact condition of an extension (RFC 6120 4.9.4), or null
 */
public record StreamError(
        Condition condition,
        @Nullable String text,
        @Nullable String host,
        @Nullable Element application) {

    /** RFC 6120 4.9.3. */
    public enum Condition {
        BAD_FORMAT,
        BAD_NAMESPACE_PREFIX,
        CONFLICT,
        CONNECTION_TIMEOUT,
        HOST_GONE,
        HOST_UNKNOWN,
        IMPROPER_ADDRESSING,
        INTERNAL_SERVER_ERROR,
        INVALID_FROM,
        INVALID_NAMESPACE,
        INVALID_XML,
        NOT_AUTHORIZED,
        NOT_WELL_FORMED,
        POLICY_VIOLATION,
        REMOTE_CONNECTION_FAILED,
        RESET,
        RESOURCE_CONSTRAINT,
        RESTRICTED_XML,
        SEE_OTHER_HOST,
        SYSTEM_SHUTDOWN,
        UNDEFINED_CONDITION,
        UNSUPPORTED_ENCODING,
        UNSUPPORTED_FEATURE,
        UNSUPPORTED_STANZA_TYPE,
        UNSUPPORTED_VERSION;

        private final String element = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** The name of the element that says it. */
        public String elementName() {
            return element;
        }
    }

    public StreamError {
        if ((host != null) != (condition == Condition.SEE_OTHER_HOST)) {
            throw new IllegalArgumentException("a host goes with see-other-host, and with nothing else");
        }
    }

    public StreamError(Condition condition, @Nullable String text, @Nullable String host) {
        this(condition, text, host, null);
    }

    public static StreamError of(Condition condition) {
        return new StreamError(condition, null, null);
    }

    public static StreamError of(Condition condition, String text) {
        return new StreamError(condition, text, null);
    }

    /**
     * Sends the peer to another host.
     *
     * @param host a host name or address, with a port behind a colon when it is not the usual one (RFC 6120 4.9.3.19)
     */
    public static StreamError seeOtherHost(String host, String text) {
        return new StreamError(Condition.SEE_OTHER_HOST, text, host);
    }

    /** The element {@code stream:error}. */
    public Element element() {
        Element.Builder said = Element.of(condition.elementName(), Namespaces.STREAM_ERRORS);
        if (host != null) {
            said.text(host);
        }
        Element.Builder error = Element.of("error", Namespaces.STREAM).child(said.build());
        if (text != null) {
            error.child(Element.of("text", Namespaces.STREAM_ERRORS)
                    .attribute(new Attribute(Namespaces.XML, "lang", "en"))
                    .text(text)
                    .build());
        }
        return error.child(application).build();
    }
}
