package org.trestle.auth.scram;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Checks passwords that a client sends as they are. */
public final class PasswordCheck {

    /** What a password is. */
    public enum Verdict {
        RIGHT,
        /** Or there is no such account. */
        WRONG,
        /** Right, and the account is disabled. */
        DISABLED,
        /** Right, and the account was for a time that is over. */
        EXPIRED
    }

    private final Credentials credentials;
    private final Decoys decoys;
    private final KeyDerivation derivation;

    public PasswordCheck(Credentials credentials, Decoys decoys, KeyDerivation derivation) {
        this.credentials = credentials;
        this.decoys = decoys;
        this.derivation = derivation;
    }

    /**
     * Whether the account exists and has that password; takes as long when it does not exist. Fails when the queue is full
     * or the account's row cannot be read.
     *
     * @param jid a bare Jid, normalised
     * @param password prepared
     */
    public CompletionStage<Verdict> check(String jid, String password) {
        ScramKeys keys;
        Credentials.Closed closed;
        try {
            keys = credentials.keys(jid);
            closed = keys == null ? credentials.closed(jid) : null;
        } catch (IllegalStateException unreadable) {
            return CompletableFuture.failedFuture(unreadable);
        }
        if (closed != null) {
            Verdict bar = closed.bar() == Credentials.Bar.DISABLED ? Verdict.DISABLED : Verdict.EXPIRED;
            return derivation.matches(closed.keys().sha256(), password).thenApply(fits -> fits ? bar : Verdict.WRONG);
        }
        ScramKey key = keys == null ? decoys.key(ScramHash.SHA_256, jid) : keys.sha256();
        return derivation.matches(key, password).thenApply(fits -> {
            if (!fits || keys == null) {
                return Verdict.WRONG;
            }
            if (!keys.complete()) {
                credentials.complete(jid, password);
            }
            return Verdict.RIGHT;
        });
    }
}
