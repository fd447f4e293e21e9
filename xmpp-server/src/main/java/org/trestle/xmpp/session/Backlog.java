package org.trestle.xmpp.session;

import java.util.concurrent.atomic.AtomicLong;
import org.trestle.xmpp.stanza.Stanza;

/** Stanzas that were handed to the event loop of an endpoint and have not been delivered yet, in bytes. Any thread. */
final class Backlog {
    /** What would go beyond is bounced. */
    static final long MOST = 8 * 1024 * 1024;

    /** Above this the sources of the endpoint are stopped, until there is half of it. */
    static final long BUSY = MOST / 4;

    /** What a stanza costs beside its payload, in bytes. */
    private static final long OVERHEAD = 256;

    private final AtomicLong bytes = new AtomicLong();

    static long size(Stanza stanza) {
        return stanza.payload().length + OVERHEAD;
    }

    /** False when there is no room for it. */
    boolean add(Stanza stanza) {
        long size = size(stanza);
        if (bytes.addAndGet(size) <= MOST) {
            return true;
        }
        bytes.addAndGet(-size);
        return false;
    }

    void remove(Stanza stanza) {
        bytes.addAndGet(-size(stanza));
    }

    boolean isBusy() {
        return bytes.get() > BUSY;
    }

    boolean isCalm() {
        return bytes.get() < BUSY / 2;
    }
}
