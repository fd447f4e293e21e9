package org.trestle.xmpp.stream;

import org.jspecify.annotations.Nullable;

/**
 * What the layer above knows of stanzas that a stream has brought and taken (XEP-0198). Counts are unsigned numbers of 32 bits
 * that begin again at zero. Called on the loop of the stream.
 */
public interface StreamManagement {

    /**
     * What was agreed with {@code <enabled/>}.
     *
     * @param id by which the stream can be resumed, null when it cannot
     * @param seconds how long it can be resumed after its connection was lost
     */
    record Enabled(@Nullable String id, int seconds) {}

    /**
     * Counts from now on. Called before {@code <enabled/>} is sent, which must not be counted.
     *
     * @param resume whether the client wants to be able to resume the stream
     * @param seconds for how long at most, or 0 when it does not say
     * @return null when it was enabled before
     */
    @Nullable
    Enabled enable(boolean resume, int seconds);

    /** Whether stanzas are counted. */
    boolean isEnabled();

    /** How many stanzas of the client were taken since {@link #enable}. */
    int handled();

    /**
     * The client has taken so many stanzas since {@link #enable}.
     *
     * @return why the stream must end, or null
     */
    @Nullable
    StreamError acknowledged(int count);
}
