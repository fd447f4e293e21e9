package org.trestle.xmpp.stream;

import java.util.concurrent.CompletionStage;

/** What the streams of components need from above. Any thread. */
public interface ComponentHost {

    /** Whether components are taken now; false while the node has no cluster. */
    boolean accepting();

    /**
     * Judges a handshake (XEP-0114 3).
     *
     * @param domain what the component wants to serve, canonical
     * @param streamId the id that we gave in our header
     * @param digest what the component sent: hexadecimal SHA-1 of stream id and secret, when it is honest
     * @return completes on any thread; a failure is answered with {@code internal-server-error}
     */
    CompletionStage<ComponentVerdict> handshake(ComponentStream stream, String domain, String streamId, String digest);
}
