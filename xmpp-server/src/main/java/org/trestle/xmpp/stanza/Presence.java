package org.trestle.xmpp.stanza;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;

/** A presence (RFC 6121 4). */
public record Presence(
        Type type,
        @Nullable Jid to,
        @Nullable Jid from,
        @Nullable String id,
        @Nullable String lang,
        Payload content) implements Stanza {

    /** RFC 6121 4.7.1. */
    public enum Type {
        /** No attribute {@code type}: the sender is there. */
        AVAILABLE,
        UNAVAILABLE,
        ERROR,
        PROBE,
        SUBSCRIBE,
        SUBSCRIBED,
        UNSUBSCRIBE,
        UNSUBSCRIBED;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** Null when the text is no type. */
        static @Nullable Type of(@Nullable String text) {
            if (text == null) {
                return AVAILABLE;
            }
            for (Type type : values()) {
                if (type != AVAILABLE && type.text.equals(text)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** A presence with these elements, without an id. */
    public static Presence of(Type type, @Nullable Jid from, @Nullable Jid to, Element... content) {
        return new Presence(type, to, from, null, null, Payload.of(content));
    }

    @Override
    public String name() {
        return "presence";
    }

    @Override
    public @Nullable String typeText() {
        return type == Type.AVAILABLE ? null : type.text;
    }

    @Override
    public boolean isError() {
        return type == Type.ERROR;
    }

    @Override
    public Presence withFrom(@Nullable Jid from) {
        return new Presence(type, to, from, id, lang, content);
    }

    @Override
    public Presence withTo(@Nullable Jid to) {
        return new Presence(type, to, from, id, lang, content);
    }
}
