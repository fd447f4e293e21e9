package org.trestle.xmpp.stanza;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;

/**
 * A request or an answer (RFC 6120 8.2.3); always has an id.
 *
 * @param id empty only when this answers a request without one, which is wrong: then the answer has none either
 */
public record Iq(
        Type type,
        @Nullable Jid to,
        @Nullable Jid from,
        String id,
        @Nullable String lang,
        Payload content) implements Stanza {

    /** RFC 6120 8.2.3. */
    public enum Type {
        GET,
        SET,
        RESULT,
        ERROR;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** Null when the text is no type. */
        static @Nullable Type of(@Nullable String text) {
            for (Type type : values()) {
                if (type.text.equals(text)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** A request. */
    public static Iq of(Type type, @Nullable Jid from, @Nullable Jid to, String id, Element... content) {
        return new Iq(type, to, from, id, null, Payload.of(content));
    }

    /** The answer to this request, with sender and receiver swapped. */
    public Iq result(Element... content) {
        return new Iq(Type.RESULT, from, to, id, null, Payload.of(content));
    }

    /** Whether this is a get or a set, which must be answered. */
    public boolean isRequest() {
        return type == Type.GET || type == Type.SET;
    }

    @Override
    public String name() {
        return "iq";
    }

    @Override
    public String typeText() {
        return type.text;
    }

    @Override
    public boolean isError() {
        return type == Type.ERROR;
    }

    @Override
    public Iq withFrom(@Nullable Jid from) {
        return new Iq(type, to, from, id, lang, content);
    }

    @Override
    public Iq withTo(@Nullable Jid to) {
        return new Iq(type, to, from, id, lang, content);
    }
}
