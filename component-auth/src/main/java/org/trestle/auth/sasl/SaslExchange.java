package org.trestle.auth.sasl;

import java.util.concurrent.CompletionStage;

/**
 * One attempt of one client. Calls come one after the other: the next response only after the stage of the one before is
 * complete. The stage never fails and may complete on a thread that is not the caller's.
 */
@FunctionalInterface
public interface SaslExchange {

    /**
     * Takes the client's next response, decoded from base64.
     *
     * @param response the first call carries the initial response, empty when there was none (or {@code =})
     */
    CompletionStage<SaslStep> respond(byte[] response);

    /** Begins without an initial response, for mechanisms to which that is not the same as an empty one. */
    default CompletionStage<SaslStep> begin() {
        return respond(new byte[0]);
    }
}
