package org.trestle.turn.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunMessage;

/**
 * The long-term credential mechanism of a server: the checks of RFC 8489 section 9.2.4 in their order. Every refusal has
 * its true cause for the operator; the client cannot tell one 401 from another.
 */
final class Authenticator {
    /** RFC 8489 section 14.3: fewer than 509 bytes. */
    private static final int MAX_USERNAME = 508;

    private static final int USERHASH_BYTES = 32;

    /** PASSWORD-ALGORITHMS as {@link org.trestle.turn.stun.StunWriter#passwordAlgorithms} writes it. */
    private static final byte[] OFFERED = {0, 2, 0, 0, 0, 1, 0, 0};

    /** A password that is made into a key as others are, and then fits nothing, as long as a password may well be. */
    private static final String NOBODYS = "0123456789abcdefghijklmnopqr";

    private final Credentials credentials;
    private final String realmText;
    private final byte[] realm;
    private final Nonces nonces;
    private final Integrity integrity;
    private final Answers answers;
    private final RelayClock clock;
    private @Nullable String withdrawn;

    Authenticator(Relay.Parts parts, Nonces nonces, Integrity integrity, Answers answers) {
        this.credentials = parts.credentials();
        this.realmText = parts.settings().realm();
        this.realm = realmText.getBytes(StandardCharsets.UTF_8);
        this.clock = parts.clock();
        this.nonces = nonces;
        this.integrity = integrity;
        this.answers = answers;
    }

    /** The proof that {@code request} carries; null if it was refused, and answered. */
    @Nullable
    Proof authenticate(ClientLeg leg, StunMessage request) {
        withdrawn = null;
        if (!request.has(AttributeType.MESSAGE_INTEGRITY) && !request.has(AttributeType.MESSAGE_INTEGRITY_SHA256)) {
            answers.challenge(leg, request, null, Refusal.CHALLENGE, "");
            return null;
        }
        byte[] name = request.value(AttributeType.USERNAME);
        byte[] hash = request.value(AttributeType.USERHASH);
        byte[] nonce = request.value(AttributeType.NONCE);
        byte[] claimedRealm = request.value(AttributeType.REALM);
        String shown = name == null ? null : new String(name, StandardCharsets.UTF_8);
        String wrong = incomplete(name, hash, nonce, claimedRealm);
        if (nonce == null || !wrong.isEmpty()) {
            answers.refuseUnproved(leg, request, shown, Refusal.BAD_REQUEST, wrong);
            return null;
        }
        PasswordAlgorithm algorithm = algorithm(request, nonce);
        if (algorithm == null) {
            answers.refuseUnproved(
                    leg, request, shown, Refusal.BAD_REQUEST, "password algorithms other than those offered");
            return null;
        }
        if (!Arrays.equals(claimedRealm, realm)) {
            answers.challenge(leg, request, shown, Refusal.WRONG_REALM, "");
            return null;
        }
        Credentials.Answer answer = name != null ? credentials.byName(name) : byHash(hash);
        Proof proof = answer instanceof Credentials.Known known
                ? prove(leg, request, known, algorithm)
                : unknown(leg, request, shown, (Credentials.Unknown) answer, algorithm);
        if (proof != null && nonces.verify(nonce, leg.fiveTuple(), clock.nanos()) == Nonces.Verdict.STALE) {
            answers.challenge(leg, request, proof.user().username(), Refusal.STALE_NONCE, "");
            return null;
        }
        return proof;
    }

    /** Whose credentials the last request proved although the operator has taken them back; null if it did not. */
    @Nullable
    String withdrawn() {
        return withdrawn;
    }

    private Credentials.Answer byHash(byte @Nullable [] hash) {
        return credentials.byHash(hash == null ? new byte[0] : hash);
    }

    /** What is missing or cannot be, in words; empty if nothing. */
    private static String incomplete(
            byte @Nullable [] name, byte @Nullable [] hash, byte @Nullable [] nonce, byte @Nullable [] claimedRealm) {
        if (nonce == null || claimedRealm == null) {
            return "signed, but without " + (nonce == null ? "NONCE" : "REALM");
        }
        if ((name == null) == (hash == null)) {
            return name == null ? "signed, but without USERNAME or USERHASH" : "both USERNAME and USERHASH";
        }
        if (name != null && (name.length == 0 || name.length > MAX_USERNAME)) {
            return "USERNAME has " + name.length + " bytes";
        }
        return hash != null && hash.length != USERHASH_BYTES ? "USERHASH has " + hash.length + " bytes" : "";
    }

    /** The algorithm that made the key; null if somebody in between tampered with the choice. */
    private static @Nullable PasswordAlgorithm algorithm(StunMessage request, byte[] nonce) {
        byte[] chosen = request.value(AttributeType.PASSWORD_ALGORITHM);
        byte[] offered = request.value(AttributeType.PASSWORD_ALGORITHMS);
        if (Nonces.cookieOf(nonce).isEmpty() || (chosen == null && offered == null)) {
            return PasswordAlgorithm.MD5;
        }
        if (chosen == null || chosen.length != 4 || chosen[2] != 0 || chosen[3] != 0) {
            return null;
        }
        int number = ((chosen[0] & 0xff) << 8) | (chosen[1] & 0xff);
        return Arrays.equals(offered, OFFERED) ? PasswordAlgorithm.of(number) : null;
    }

    private @Nullable Proof prove(
            ClientLeg leg, StunMessage request, Credentials.Known user, PasswordAlgorithm algorithm) {
        for (Credentials.Key key : user.keys()) {
            byte[] bytes = key.bytes(algorithm);
            if (bytes != null && integrity.check(request, bytes) == Integrity.Check.RIGHT) {
                return new Proof(user, key.label(), bytes, request.has(AttributeType.PASSWORD_ALGORITHM));
            }
        }
        if (!explained(leg, request, user.username(), user.retired(), algorithm)) {
            answers.challenge(
                    leg, request, user.username(), Refusal.WRONG_PASSWORD, credentials.mismatch(user.username()));
        }
        return null;
    }

    private @Nullable Proof unknown(
            ClientLeg leg,
            StunMessage request,
            @Nullable String shown,
            Credentials.Unknown answer,
            PasswordAlgorithm algorithm) {
        if (answer.retired().isEmpty()) {
            // As much work as for a known user, so that the time does not tell who exists.
            byte[] name = request.value(AttributeType.USERNAME);
            integrity.check(request, LongTermKey.of(algorithm, name == null ? OFFERED : name, realmText, NOBODYS));
        }
        if (!explained(leg, request, shown, answer.retired(), algorithm)) {
            answers.challenge(leg, request, shown, answer.reason(), answer.detail());
        }
        return null;
    }

    /** Refuses with the reason of the key that the request proves; false when it proves none of them. */
    private boolean explained(
            ClientLeg leg,
            StunMessage request,
            @Nullable String shown,
            List<Credentials.Retired> keys,
            PasswordAlgorithm algorithm) {
        for (Credentials.Retired retired : keys) {
            if (signed(request, retired.key(), algorithm)) {
                answers.challenge(leg, request, shown, retired.reason(), retired.detail());
                withdrawn = retired.reason().isWithdrawal() ? shown : null;
                return true;
            }
        }
        return false;
    }

    private boolean signed(StunMessage request, Credentials.Key key, PasswordAlgorithm algorithm) {
        byte[] bytes = key.bytes(algorithm);
        return bytes != null && integrity.check(request, bytes) == Integrity.Check.RIGHT;
    }
}
