package org.trestle.xmpp.stanza;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;

/** A message (RFC 6121 5). */
public record Message(
        Type type,
        @Nullable Jid to,
        @Nullable Jid from,
        @Nullable String id,
        @Nullable String lang,
        Payload content) implements Stanza {

    /** RFC 6121 5.2.2. An unknown or missing type is {@link #NORMAL}. */
    public enum Type {
        NORMAL,
        CHAT,
        ERROR,
        GROUPCHAT,
        HEADLINE;

        private final String text = name().toLowerCase(Locale.ROOT);

        static Type of(@Nullable String text) {
            if (text != null) {
                for (Type type : values()) {
                    if (type.text.equals(text)) {
                        return type;
                    }
                }
            }
            return NORMAL;
        }
    }

    /** A message with these elements, without an id. */
    public static Message of(Type type, @Nullable Jid from, @Nullable Jid to, Element... content) {
        return new Message(type, to, from, null, null, Payload.of(content));
    }

    @Override
    public String name() {
        return "message";
    }

    @Override
    public @Nullable String typeText() {
        return type == Type.NORMAL ? null : type.text;
    }

    @Override
    public boolean isError() {
        return type == Type.ERROR;
    }

    @Override
    public Message withFrom(@Nullable Jid from) {
        return new Message(type, to, from, id, lang, content);
    }

    @Override
    public Message withTo(@Nullable Jid to) {
        return new Message(type, to, from, id, lang, content);
    }
}
