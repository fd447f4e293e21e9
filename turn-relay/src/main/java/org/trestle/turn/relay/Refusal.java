package org.trestle.turn.relay;

import org.trestle.turn.stun.ErrorCode;

/** Why a request was refused, for the operator. The wire says only {@link #code()}: for all of 401 the same bytes. */
public enum Refusal {
    /** The first request of any client: it cannot know realm and nonce yet. */
    CHALLENGE(ErrorCode.UNAUTHENTICATED, "first request without credentials, as every client begins"),
    UNKNOWN_USER(ErrorCode.UNAUTHENTICATED, "unknown user"),
    WRONG_PASSWORD(ErrorCode.UNAUTHENTICATED, "wrong password"),
    EXPIRED(ErrorCode.UNAUTHENTICATED, "the credential has expired"),
    /** Expired a moment ago: at the end of a long call this is normal, at the begin of one a clock is off. */
    CLOCK_OFF(ErrorCode.UNAUTHENTICATED, "the credential has just expired, or a clock is off"),
    NOT_YET_VALID(ErrorCode.UNAUTHENTICATED, "the credential is from the future, the clocks differ"),
    RETIRED_KEY(ErrorCode.UNAUTHENTICATED, "signed with a key that was rotated away"),
    REVOKED(ErrorCode.UNAUTHENTICATED, "the credential was revoked"),
    SWITCHED_OFF(ErrorCode.UNAUTHENTICATED, "time-limited credentials are switched off"),
    WRONG_REALM(ErrorCode.UNAUTHENTICATED, "another realm"),
    STALE_NONCE(ErrorCode.STALE_NONCE, "the nonce is old, as after each nonce lifetime"),
    BAD_REQUEST(ErrorCode.BAD_REQUEST, "not a legal request"),
    UNKNOWN_ATTRIBUTE(ErrorCode.UNKNOWN_ATTRIBUTE, "an attribute that must be understood is not"),
    PEER_FORBIDDEN(ErrorCode.FORBIDDEN, "the peer is not allowed"),
    MOBILITY_FORBIDDEN(ErrorCode.MOBILITY_FORBIDDEN, "mobility is off"),
    ALLOCATION_MISMATCH(ErrorCode.ALLOCATION_MISMATCH, "no such allocation, or one too many"),
    ADDRESS_FAMILY(ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED, "no relay address of this family"),
    WRONG_CREDENTIALS(ErrorCode.WRONG_CREDENTIALS, "the allocation belongs to another user"),
    UNSUPPORTED_TRANSPORT(ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL, "transport to the peer not supported"),
    PEER_FAMILY(ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH, "the allocation has no address of the peer's family"),
    CONNECTION_EXISTS(ErrorCode.CONNECTION_ALREADY_EXISTS, "already connected to this peer"),
    CONNECTION_FAILED(ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE, "the peer does not accept the connection"),
    USER_QUOTA(ErrorCode.ALLOCATION_QUOTA_REACHED, "the user has as many allocations as allowed"),
    ADDRESS_QUOTA(
            ErrorCode.ALLOCATION_QUOTA_REACHED,
            "the client's address has as many allocations as allowed"
                    + " (trestle.turn.quotas.allocations-per-address raises this)"),
    NO_PORTS(ErrorCode.INSUFFICIENT_CAPACITY, "no free relay port"),
    TOTAL_QUOTA(ErrorCode.INSUFFICIENT_CAPACITY, "the relay has as many allocations as allowed"),
    TOO_MANY_PERMISSIONS(
            ErrorCode.INSUFFICIENT_CAPACITY, "the allocation has as many permissions or channels as allowed"),
    RESERVATION_GONE(ErrorCode.INSUFFICIENT_CAPACITY, "the reserved port is not there any more"),
    DRAINING(ErrorCode.TRY_ALTERNATE, "this relay is being drained"),
    FULL(ErrorCode.TRY_ALTERNATE, "this relay is full and another one is not"),
    DRAINING_ALONE(ErrorCode.INSUFFICIENT_CAPACITY, "this relay is being drained and no other is known");

    private final ErrorCode code;
    private final String words;

    Refusal(ErrorCode code, String words) {
        this.code = code;
        this.words = words;
    }

    /** What the client is told. */
    public ErrorCode code() {
        return code;
    }

    /** What the operator is told. */
    public String words() {
        return words;
    }

    /** Whether the credential was good until the operator took it back: what was opened with it ends. */
    boolean isWithdrawal() {
        return this == RETIRED_KEY || this == REVOKED || this == SWITCHED_OFF;
    }

    /** Whether this is part of a healthy dialogue and not worth a line in the log. */
    public boolean isNormal() {
        return this == CHALLENGE || this == STALE_NONCE;
    }
}
