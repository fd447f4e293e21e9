package org.trestle.auth.scram;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Checks passwords that a client sends as they are. */
public final class PasswordCheck {
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
    public CompletionStage<Boolean> fits(String jid, String password) {
        ScramKeys keys;
        try {
            keys = credentials.keys(jid);
        } catch (IllegalStateException unreadable) {
            return CompletableFuture.failedFuture(unreadable);
        }
        boolean known = keys != null;
        ScramKey key = keys == null ? decoys.key(ScramHash.SHA_256, jid) : keys.sha256();
        return derivation.matches(key, password).thenApply(fits -> {
            if (fits && keys != null && !keys.complete()) {
                credentials.complete(jid, password);
            }
            return fits && known;
        });
    }
}
