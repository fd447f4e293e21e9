package org.trestle.xmpp.route;

/** What became of a stanza, or of one copy of it; each is counted as {@code xmpp.route} with the tag {@code outcome}. */
public enum RouteOutcome {
    /** Written to a stream of this node. */
    DELIVERED,
    /** Sent to the node that has the receiver. */
    FORWARDED,
    /** Came from another node although the receiver is elsewhere by now, and was sent after it. */
    SENT_AFTER,
    /** Given to a service of this server. */
    SERVED,
    /** Answered with an error; {@code xmpp.route.bounced} counts the conditions. */
    BOUNCED,
    /** Ended here without an answer; {@code xmpp.route.dropped} counts why. */
    DROPPED
}
