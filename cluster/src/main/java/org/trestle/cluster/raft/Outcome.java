package org.trestle.cluster.raft;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One command's result as the log's members pass it on: the machine's answer, or that the machine failed. */
final class Outcome {
    private Outcome() {}

    static byte[] done(byte[] result) {
        byte[] outcome = new byte[1 + result.length];
        System.arraycopy(result, 0, outcome, 1, result.length);
        return outcome;
    }

    static byte[] failed(String why) {
        byte[] outcome = done(why.getBytes(StandardCharsets.UTF_8));
        outcome[0] = 1;
        return outcome;
    }

    static boolean isFailed(byte[] outcome) {
        return outcome.length == 0 || outcome[0] != 0;
    }

    static byte[] body(byte[] outcome) {
        return outcome.length == 0 ? outcome : Arrays.copyOfRange(outcome, 1, outcome.length);
    }

    static String failure(byte[] outcome) {
        return new String(body(outcome), StandardCharsets.UTF_8);
    }
}
