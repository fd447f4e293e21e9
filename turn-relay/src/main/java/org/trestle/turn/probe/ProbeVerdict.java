package org.trestle.turn.probe;

/**
 * What became of a probe.
 *
 * @param words one line for people, with the place and what to look at
 * @param roundTripMillis from one client over both relays to the other and back; -1 when it did not come back
 * @param code what the relay refused it with; 0 when it did not
 */
public record ProbeVerdict(Outcome outcome, String words, long roundTripMillis, int code) {

    /** The kinds of end. */
    public enum Outcome {
        /** It went there and came back. */
        RELAYED,
        /** A relay did not answer, or nothing came out at the relayed port. */
        NOTHING_ARRIVED,
        /** A relay said no. */
        REFUSED,
        /** It went there, but did not come back. */
        REPLY_LOST
    }

    static ProbeVerdict relayed(String words, long millis) {
        return new ProbeVerdict(Outcome.RELAYED, words, millis, 0);
    }

    static ProbeVerdict nothing(String words) {
        return new ProbeVerdict(Outcome.NOTHING_ARRIVED, words, -1, 0);
    }

    static ProbeVerdict refused(String words, int code) {
        return new ProbeVerdict(Outcome.REFUSED, words, -1, code);
    }

    static ProbeVerdict lost(String words) {
        return new ProbeVerdict(Outcome.REPLY_LOST, words, -1, 0);
    }
}
