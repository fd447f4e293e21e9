package org.trestle.xmpp.stream;

/** The answer to a component's handshake. */
public sealed interface ComponentVerdict {

    /** The component is who it says; from now on {@code listener} gets what it sends. */
    record Accepted(StreamListener listener) implements ComponentVerdict {}

    /** The stream ends with this, usually {@code not-authorized}. */
    record Refused(StreamError error) implements ComponentVerdict {}
}
