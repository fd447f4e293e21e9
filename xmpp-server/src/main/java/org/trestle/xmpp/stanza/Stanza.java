package org.trestle.xmpp.stanza;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.xml.Element;

/**
 * A message, presence or iq (RFC 6120 8). Immutable. Its default namespace is that of the stream that it is on
 * ({@code jabber:client}, {@code jabber:component:accept}), so it can go from one stream to another without a change.
 */
public sealed interface Stanza permits Message, Presence, Iq {

    /** {@code message}, {@code presence} or {@code iq}. */
    String name();

    /** The value of the attribute {@code type} as it is written, or null when there is none to write. */
    @Nullable
    String typeText();

    @Nullable
    Jid to();

    @Nullable
    Jid from();

    @Nullable
    String id();

    /** The language of the texts in it ({@code xml:lang}), or null. */
    @Nullable
    String lang();

    /** What is between the tags. */
    Payload content();

    /** The same stanza from another sender. */
    Stanza withFrom(@Nullable Jid from);

    /** The same stanza to another receiver. */
    Stanza withTo(@Nullable Jid to);

    /** Whether this is an error stanza, which must never be answered with another (RFC 6120 8.3.1). */
    boolean isError();

    /** The bytes between the tags, exactly as they are on the wire. Shared: never to be changed. */
    default byte[] payload() {
        return content().bytes();
    }

    /** The elements directly in this stanza; parsed at the first call. */
    default List<Element> children() {
        return content().elements();
    }

    /** The first element of this name directly in this stanza, or null. */
    default @Nullable Element child(String name, String namespace) {
        return content().child(name, namespace);
    }

    /** The whole stanza as a tree, in {@code jabber:client}. */
    default Element element() {
        return StanzaWriter.element(this);
    }

    /** Appends the stanza as XML. */
    default void encode(ByteBuf out) {
        StanzaWriter.write(this, out);
    }
}
