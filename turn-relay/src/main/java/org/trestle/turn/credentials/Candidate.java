package org.trestle.turn.credentials;

import org.jspecify.annotations.Nullable;

/**
 * A password that a name may have, to be tried against a request's MESSAGE-INTEGRITY.
 *
 * @param refusal what to refuse the request with although this password is the right one; null accepts it
 * @param epoch of the shared key that the password follows from; 0 for a static user
 */
public record Candidate(String password, @Nullable Refusal refusal, int epoch) {
    @Override
    public String toString() {
        return "Candidate[epoch=" + epoch + ", refusal=" + refusal + "]";
    }
}
