package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.ErrorCode;
import org.trestle.turn.stun.Framing;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.KnownAttributes;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/**
 * Writes what goes back to a client, and counts and reports each refusal. What is sent to an address that has proved
 * nothing is at most twice as long as what came from it, else it is not sent.
 */
final class Answers {
    private final RelaySettings settings;
    private final boolean anonymity;
    private final RelayEvents events;
    private final RelayCounters counters;
    private final RelayClock clock;
    private final ByteBufAllocator allocator;
    private final Nonces nonces;
    private final ChallengeLimit limit;
    private final Integrity integrity;
    private final StunWriter writer = new StunWriter();
    private final byte[] realm;

    Answers(Relay.Parts parts, RelayCounters counters, Nonces nonces, ChallengeLimit limit, Integrity integrity) {
        this.settings = parts.settings();
        this.anonymity = parts.credentials().knowsHashes();
        this.events = parts.events();
        this.counters = counters;
        this.clock = parts.clock();
        this.allocator = parts.allocator();
        this.nonces = nonces;
        this.limit = limit;
        this.integrity = integrity;
        this.realm = settings.realm().getBytes(StandardCharsets.UTF_8);
    }

    /** Begins a signed success; {@link #send} ends it. */
    StunWriter success(Request request) {
        return writer.respond(buffer(), request.message(), StunClass.SUCCESS);
    }

    /** Signs what {@link #success} or {@link #error} began, and sends it. */
    void send(Request request) {
        sign(request.proof());
        if (request.message().has(AttributeType.FINGERPRINT)) {
            writer.fingerprint();
        }
        request.leg().send(writer.end());
    }

    /** Refuses a request of a proved sender. */
    void refuse(Request request, Refusal reason, String detail) {
        report(request.leg(), request.proof().user().username(), reason, detail);
        error(request, reason.code());
        send(request);
    }

    /**
     * Sends the client to another relay (RFC 8489 section 10). Its certificate's name is told to those whose transport has
     * certificates, and whose MESSAGE-INTEGRITY-SHA256 makes the answer worth believing.
     */
    void tryAlternate(
            Request request, Refusal reason, String why, TransportAddress alternate, @Nullable String certificateName) {
        report(request.leg(), request.proof().user().username(), reason, why + ", sent to " + alternate);
        error(request, ErrorCode.TRY_ALTERNATE).plainAddress(AttributeType.ALTERNATE_SERVER, alternate);
        Transport transport = request.leg().transport();
        boolean encrypted = transport == Transport.TLS || transport == Transport.DTLS;
        if (certificateName != null && encrypted && request.proof().sha256()) {
            writer.text(AttributeType.ALTERNATE_DOMAIN, certificateName);
        }
        send(request);
    }

    void unknownAttributes(Request request, KnownAttributes known) {
        report(request.leg(), request.proof().user().username(), Refusal.UNKNOWN_ATTRIBUTE, "");
        error(request, ErrorCode.UNKNOWN_ATTRIBUTE).unknownAttributes(request.message(), known::isUnknown);
        send(request);
    }

    private StunWriter error(Request request, ErrorCode code) {
        return writer.respond(buffer(), request.message(), StunClass.ERROR).error(code);
    }

    /** Refuses with 401 or 438: all that a client needs to try again, the same bytes whatever the reason. */
    void challenge(ClientLeg leg, StunMessage request, @Nullable String username, Refusal reason, String detail) {
        report(leg, username, reason, detail);
        int fixed = Framing.STUN_HEADER + 8 + 4 + Framing.padded(realm.length);
        boolean fingerprint = request.has(AttributeType.FINGERPRINT);
        int budget = budget(leg, request) - fixed - (fingerprint ? 8 : 0);
        boolean full = budget >= 4 + Nonces.FULL + 12;
        int length = full ? Nonces.FULL : budget >= 4 + Nonces.SHORT ? Nonces.SHORT : Nonces.SHORTEST;
        if (!mayAnswer(leg, budget >= 4 + length)) {
            return;
        }
        String cookie = full ? (anonymity ? Nonces.COOKIE_WITH_ANONYMITY : Nonces.COOKIE) : "";
        writer.respond(buffer(), request, StunClass.ERROR)
                .error(reason.code())
                .value(AttributeType.REALM, realm)
                .value(AttributeType.NONCE, nonces.make(cookie, length, leg.fiveTuple(), clock.nanos()));
        if (full) {
            writer.passwordAlgorithms();
        }
        finishUnsigned(leg, fingerprint);
    }

    /** Refuses with an error that needs no more than its code, to a sender that has proved nothing. */
    void refuseUnproved(ClientLeg leg, StunMessage request, @Nullable String username, Refusal reason, String detail) {
        report(leg, username, reason, detail);
        boolean fingerprint = request.has(AttributeType.FINGERPRINT);
        int size = Framing.STUN_HEADER + 8 + (fingerprint ? 8 : 0);
        if (mayAnswer(leg, size <= budget(leg, request))) {
            writer.respond(buffer(), request, StunClass.ERROR).error(reason.code());
            finishUnsigned(leg, fingerprint);
        }
    }

    /** Answers a Binding request, which needs no credentials (RFC 8489 section 12). */
    void binding(ClientLeg leg, StunMessage request, KnownAttributes known) {
        counters.add(RelayCounters.Count.BINDINGS, 1);
        if (!mayAnswer(leg, true)) {
            return;
        }
        if (known.anyUnknown(request)) {
            writer.respond(buffer(), request, StunClass.ERROR)
                    .error(ErrorCode.UNKNOWN_ATTRIBUTE)
                    .unknownAttributes(request, known::isUnknown);
        } else {
            writer.respond(buffer(), request, StunClass.SUCCESS)
                    .xorAddress(
                            AttributeType.XOR_MAPPED_ADDRESS, leg.fiveTuple().client());
        }
        finishUnsigned(leg, request.has(AttributeType.FINGERPRINT));
    }

    /** Begins any message: an indication, or a response to a request whose bytes are gone. */
    StunWriter begin(int type, int transactionHigh, long transactionLow) {
        return writer.begin(buffer(), type, transactionHigh, transactionLow);
    }

    /** Signs what {@link #begin} began, and sends it; with a FINGERPRINT if the request had one. */
    void finish(ClientLeg leg, Proof proof, boolean fingerprint) {
        sign(proof);
        finishUnsigned(leg, fingerprint);
    }

    /** What {@link #begin} began, unsigned. */
    ByteBuf end() {
        return writer.end();
    }

    /** Counts and tells a refusal of a proved sender whose request is gone. */
    void report(ClientLeg leg, Proof proof, Refusal reason, String detail) {
        report(leg, proof.user().username(), reason, detail);
    }

    private void finishUnsigned(ClientLeg leg, boolean fingerprint) {
        if (fingerprint) {
            writer.fingerprint();
        }
        leg.send(writer.end());
    }

    private static int budget(ClientLeg leg, StunMessage request) {
        return leg.transport().isConnected() ? Integer.MAX_VALUE : 2 * request.length();
    }

    private boolean mayAnswer(ClientLeg leg, boolean fits) {
        if (!fits) {
            counters.add(Drop.TOO_SMALL_TO_ANSWER);
            return false;
        }
        if (!limit.allows(leg.fiveTuple(), clock.nanos())) {
            counters.add(Drop.CHALLENGE_RATE);
            return false;
        }
        return true;
    }

    private void report(ClientLeg leg, @Nullable String username, Refusal reason, String detail) {
        counters.add(reason);
        events.refused(leg.fiveTuple(), username, reason, detail);
    }

    private void sign(Proof proof) {
        if (proof.sha256()) {
            writer.integritySha256(integrity, proof.key());
        } else {
            writer.integrity(integrity, proof.key());
        }
    }

    private ByteBuf buffer() {
        return allocator.buffer(256);
    }
}
