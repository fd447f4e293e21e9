package org.trestle.xmpp.feature;

/** Treats requests of one kind, on the event loop of the sender: must not block, and may answer later. */
@FunctionalInterface
public interface IqHandler {
    void handle(IqRequest request);
}
