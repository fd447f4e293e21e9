package org.trestle.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.prep.Prepared;
import org.trestle.auth.scram.ScramReply.Proven;
import org.trestle.auth.scram.ScramReply.Reason;
import org.trestle.auth.scram.ScramReply.Refused;
import org.trestle.auth.scram.ScramReply.ServerFirst;

/**
 * The server's side of one SCRAM exchange (RFC 5802 section 5): {@link #first}, then {@link #last}. Nothing in it takes
 * long or waits. One caller at a time.
 */
public final class ScramServer {

    /** The only channel binding there is here; it works in every TLS version (RFC 5929 section 4). */
    private static final String SERVER_END_POINT = "tls-server-end-point";

    private static final String WRONG = "the user name or the password is wrong";

    /**
     * What an exchange runs with.
     *
     * @param plus whether the client chose the mechanism with channel binding
     * @param serverEndPoint the channel's binding data, null when the channel has none (then PLUS is not offered)
     * @param nonce the server's part of the nonce: fresh, at least 18 random octets in base64
     */
    public record Terms(ScramHash hash, boolean plus, byte @Nullable [] serverEndPoint, String domain, String nonce) {}

    private final Terms terms;
    private final Credentials credentials;
    private final Decoys decoys;

    private @Nullable ClientFirst opening;
    private @Nullable ScramKey key;
    private String username = "";
    private String serverFirst = "";
    private boolean known;

    public ScramServer(Terms terms, Credentials credentials, Decoys decoys) {
        this.terms = terms;
        this.credentials = credentials;
        this.decoys = decoys;
    }

    /** Takes the client-first-message. */
    public ScramReply first(byte[] message) {
        ClientFirst parsed = ClientFirst.parse(message);
        if (parsed == null) {
            return malformed(
                    "that is no client-first-message of " + terms.hash().mechanism());
        }
        Refused mismatch = checkBinding(parsed);
        if (mismatch != null) {
            return mismatch;
        }
        String jid;
        try {
            username = Prepared.username(parsed.username());
            jid = username + "@" + terms.domain();
            if (parsed.authzid() != null && !Prepared.bareJid(parsed.authzid()).equals(jid)) {
                return new Refused(Reason.INVALID_AUTHZID, "this server lets nobody act as somebody else");
            }
        } catch (IllegalArgumentException notAName) {
            return malformed(String.valueOf(notAName.getMessage()));
        }
        return answer(parsed, jid);
    }

    /** Takes the client-final-message. */
    public ScramReply last(byte[] message) {
        ClientFinal parsed = ClientFinal.parse(message);
        ClientFirst begun = opening;
        ScramKey expected = key;
        opening = null;
        if (parsed == null || begun == null || expected == null) {
            return malformed(
                    "that is no client-final-message of " + terms.hash().mechanism());
        }
        if (!parsed.nonce().equals(begun.nonce() + terms.nonce())) {
            return refused("the nonce is not the one of this exchange");
        }
        if (!MessageDigest.isEqual(parsed.binding(), expectedBinding(begun))) {
            return refused("the channel binding does not fit: something between you and this server ends the TLS");
        }
        byte[] authMessage =
                (begun.bare() + "," + serverFirst + "," + parsed.withoutProof()).getBytes(StandardCharsets.UTF_8);
        boolean fits = proves(expected, authMessage, parsed.proof());
        if (!fits || !known) {
            return refused(WRONG);
        }
        byte[] signature = terms.hash().hmac(expected.serverKey(), authMessage);
        String verifier = "v=" + Base64.getEncoder().encodeToString(signature);
        return new Proven(verifier.getBytes(StandardCharsets.US_ASCII), username);
    }

    private ScramReply answer(ClientFirst parsed, String jid) {
        ScramKey decoy = decoys.key(terms.hash(), jid); // made for everybody, so that it takes as long for everybody
        ScramKeys keys;
        try {
            keys = credentials.keys(jid);
        } catch (IllegalStateException unreadable) {
            return new Refused(Reason.UNAVAILABLE, "the account cannot be read at the moment");
        }
        known = keys != null;
        ScramKey chosen = keys == null ? decoy : keys.of(terms.hash());
        key = chosen;
        opening = parsed;
        serverFirst = "r=" + parsed.nonce() + terms.nonce() + ",s="
                + Base64.getEncoder().encodeToString(chosen.salt()) + ",i=" + chosen.iterations();
        return new ServerFirst(serverFirst.getBytes(StandardCharsets.US_ASCII));
    }

    /** RFC 5802 section 6. */
    private @Nullable Refused checkBinding(ClientFirst parsed) {
        boolean binds = parsed.binding() == 'p';
        if (binds != terms.plus()) {
            return malformed(
                    terms.plus()
                            ? "a mechanism with -PLUS needs channel binding"
                            : "channel binding needs the mechanism with -PLUS");
        }
        if (binds && !SERVER_END_POINT.equals(parsed.bindingType())) {
            return refused("this server binds by " + SERVER_END_POINT + " only");
        }
        if (parsed.binding() == 'y' && terms.serverEndPoint() != null) {
            return refused("this server offers channel binding and you were told it does not:"
                    + " somebody between us changed the list of mechanisms");
        }
        return null;
    }

    private byte[] expectedBinding(ClientFirst begun) {
        byte[] header = begun.gs2Header().getBytes(StandardCharsets.UTF_8);
        byte[] data = terms.serverEndPoint();
        if (begun.binding() != 'p' || data == null) {
            return header;
        }
        byte[] both = new byte[header.length + data.length];
        System.arraycopy(header, 0, both, 0, header.length);
        System.arraycopy(data, 0, both, header.length, data.length);
        return both;
    }

    private boolean proves(ScramKey expected, byte[] authMessage, byte[] proof) {
        byte[] clientKey = terms.hash().hmac(expected.storedKey(), authMessage);
        if (proof.length != clientKey.length) {
            return false;
        }
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(terms.hash().hash(clientKey), expected.storedKey());
    }

    private static Refused malformed(String text) {
        return new Refused(Reason.MALFORMED, text);
    }

    private static Refused refused(String text) {
        return new Refused(Reason.NOT_AUTHORIZED, text);
    }
}
