package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.StanzaError;

/** The answer to a request to resume a stream (XEP-0198 5). */
public sealed interface ResumeResult {

    /**
     * The session goes on with this stream; {@code listener} gets what the client sends.
     *
     * @param handled how many stanzas of the client were taken
     */
    record Resumed(StreamListener listener, int handled) implements ResumeResult {}

    /**
     * There is no such session; the client may bind a resource instead.
     *
     * @param handled how many stanzas of the client it had taken when it ended, or null when that is forgotten
     */
    record Failed(StanzaError.Condition condition, @Nullable Integer handled) implements ResumeResult {}

    /** The client claims what cannot be: the stream ends. */
    record Broken(StreamError error) implements ResumeResult {}
}
