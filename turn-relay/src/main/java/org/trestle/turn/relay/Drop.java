package org.trestle.turn.relay;

/** Why a packet or message was dropped without an answer. Each has a counter in {@link RelayCounters}. */
public enum Drop {
    /** Not STUN, not ChannelData. */
    GARBAGE,
    /** STUN whose attributes do not fit, or whose fingerprint is wrong. */
    MALFORMED,
    /** ChannelData or an indication of a five-tuple that has no allocation. */
    NO_ALLOCATION,
    /** ChannelData for a number that is not bound. */
    UNBOUND_CHANNEL,
    /** To or from a peer without permission. */
    NO_PERMISSION,
    /** To a peer that the policy denies. */
    PEER_DENIED,
    /** From a peer, and with the headers that the client needs it would be longer than a message can be. */
    TOO_LARGE,
    /** Beyond the bandwidth of the allocation. */
    ALLOCATION_BANDWIDTH,
    /** Beyond the bandwidth of the user. */
    USER_BANDWIDTH,
    /** Beyond the bandwidth of the relay. */
    TOTAL_BANDWIDTH,
    /** An unauthenticated request beyond the rate of its network. */
    CHALLENGE_RATE,
    /** An unauthenticated request so small that no answer would be at most twice its size. */
    TOO_SMALL_TO_ANSWER,
    /** A response, or an indication that only servers send. */
    NOT_FOR_A_SERVER,
    /** A Send indication that asks for what cannot be done, such as an unknown attribute. */
    UNUSABLE_INDICATION
}
