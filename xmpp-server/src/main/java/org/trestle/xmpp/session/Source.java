package org.trestle.xmpp.session;

/**
 * Somebody who sends stanzas and can be asked to stop: a stream of this node, or an address behind another node. Each
 * holder counts once; reading goes on when the last one has let go. Any thread.
 */
public interface Source {

    /** Stops reading from it because {@code holder} cannot take more; the same holder again changes nothing. */
    void hold(Object holder);

    /** {@code holder} takes stanzas again, or is gone. */
    void release(Object holder);
}
