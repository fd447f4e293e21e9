package org.trestle.auth.scram;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
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

    private static final String WRONG = "the user name or the password is wrong";

    /**
     * What an exchange runs with.
     *
     * @param plus whether the client chose the mechanism with channel binding
     * @param bindings of the channel; when it has any, PLUS was offered
     * @param mechanisms what was offered, for the client to compare (XEP-0474); empty to tell it nothing
     * @param nonce the server's part of the nonce: fresh, at least 18 random octets in base64
     */
    public record Terms(
            ScramHash hash,
            boolean plus,
            ChannelBindings bindings,
            List<String> mechanisms,
            String domain,
            String nonce) {}

    private final Terms terms;
    private final Credentials credentials;
    private final Decoys decoys;

    private @Nullable ClientFirst opening;
    private @Nullable ScramKey key;
    private String username = "";
    private String serverFirst = "";
    private boolean known;
    private Credentials.@Nullable Bar bar;

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
        try {
            username = Prepared.username(parsed.username());
        } catch (IllegalArgumentException notAName) {
            return malformed(String.valueOf(notAName.getMessage()));
        }
        String jid = username + "@" + terms.domain();
        if (parsed.authzid() != null && !Prepared.isBareJid(parsed.authzid(), jid)) {
            return new Refused(Reason.INVALID_AUTHZID, "this server lets nobody act as somebody else");
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
        byte[] binding = expectedBinding(begun);
        if (binding == null || !MessageDigest.isEqual(parsed.binding(), binding)) {
            return refused("the channel binding does not fit: something between you and this server ends the TLS");
        }
        byte[] authMessage =
                (begun.bare() + "," + serverFirst + "," + parsed.withoutProof()).getBytes(StandardCharsets.UTF_8);
        boolean fits = proves(expected, authMessage, parsed.proof());
        if (!fits || !known) {
            return refused(WRONG);
        }
        if (bar != null) {
            return bar == Credentials.Bar.DISABLED
                    ? new Refused(Reason.DISABLED, "this account is disabled")
                    : new Refused(Reason.EXPIRED, "the time of this account is over");
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
            Credentials.Closed closed = keys == null ? credentials.closed(jid) : null;
            if (closed != null) {
                keys = closed.keys();
                bar = closed.bar();
            }
        } catch (IllegalStateException unreadable) {
            return new Refused(Reason.UNAVAILABLE, "the account cannot be read at the moment");
        }
        ScramKey own = keys == null ? null : keys.of(terms.hash());
        known = own != null;
        ScramKey chosen = own == null ? decoy : own;
        key = chosen;
        opening = parsed;
        serverFirst = "r=" + parsed.nonce() + terms.nonce() + ",s="
                + Base64.getEncoder().encodeToString(chosen.salt()) + ",i=" + chosen.iterations();
        if (!terms.mechanisms().isEmpty()) {
            serverFirst += ",h="
                    + OfferHash.of(
                            terms.hash(), terms.mechanisms(), terms.bindings().types());
        }
        return new ServerFirst(serverFirst.getBytes(StandardCharsets.US_ASCII), jid);
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
        List<String> types = terms.bindings().types();
        if (binds && !types.contains(parsed.bindingType())) {
            return refused("this channel is bound by " + String.join(" or ", types) + " only");
        }
        if (parsed.binding() == 'y' && !types.isEmpty()) {
            return refused("this server offers channel binding and you were told it does not:"
                    + " somebody between us changed the list of mechanisms");
        }
        return null;
    }

    /** The gs2 header, and the channel's data when the client binds to it; null when the channel has none after all. */
    private byte @Nullable [] expectedBinding(ClientFirst begun) {
        byte[] header = begun.gs2Header().getBytes(StandardCharsets.UTF_8);
        String type = begun.bindingType();
        if (type == null) {
            return header;
        }
        byte[] data = terms.bindings().data(type);
        if (data == null) {
            return null;
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
