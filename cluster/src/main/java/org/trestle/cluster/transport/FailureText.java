package org.trestle.cluster.transport;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Failures in words for the other side or the operator. */
final class FailureText {
    private static final int LONGEST = 1024;

    private FailureText() {}

    /** What a handler said when it failed. */
    static String stated(@Nullable Throwable failure) {
        if (failure == null) {
            return "no answer";
        }
        Throwable inner = failure.getCause();
        return failure instanceof CompletionException && inner != null ? stated(inner) : message(failure);
    }

    /** What lies beneath a failure of the network or of TLS. */
    static String root(Throwable failure) {
        Throwable inner = failure.getCause();
        return inner != null ? root(inner) : message(failure);
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        return message.length() > LONGEST ? message.substring(0, LONGEST) : message;
    }
}
