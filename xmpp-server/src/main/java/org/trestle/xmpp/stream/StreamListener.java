package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/** Takes what happens on a stream that is bound or accepted. Called on the loop of the stream; must not block. */
public interface StreamListener {

    /** A stanza came. Its {@code from} is what the peer wrote: the listener stamps or checks it. */
    void stanza(Stanza stanza);

    /**
     * A stanza came that the stream has understood to the end by itself.
     *
     * @param reply what is to be sent back, or null; the stream does not send it
     */
    void answered(@Nullable Stanza reply);

    /** An element came that is no stanza and nothing that the stream knows; false when nobody else knows it either. */
    default boolean nonza(Element element) {
        return false;
    }

    /** The peer keeps up again. */
    void writable();

    /** The stream is over, because one of both has ended it. Called once, and last, unless {@link #broken} is. */
    void closed();

    /** The connection is gone and nobody has ended the stream on it. Called once, and last, unless {@link #closed} is. */
    default void broken() {
        closed();
    }

    /** How the stanzas of this stream are acknowledged, or null when they cannot be. */
    default @Nullable StreamManagement management() {
        return null;
    }
}
