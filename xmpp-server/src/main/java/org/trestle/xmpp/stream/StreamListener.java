package org.trestle.xmpp.stream;

import org.trestle.xmpp.stanza.Stanza;

/** Takes what happens on a stream that is bound or accepted. Called on the loop of the stream; must not block. */
public interface StreamListener {

    /** A stanza came. Its {@code from} is what the peer wrote: the listener stamps or checks it. */
    void stanza(Stanza stanza);

    /** The peer keeps up again. */
    void writable();

    /** The stream is over, whoever ended it. Called once, and last. */
    void closed();
}
