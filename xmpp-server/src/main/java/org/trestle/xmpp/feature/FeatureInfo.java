package org.trestle.xmpp.feature;

/**
 * What a feature implements.
 *
 * @param number as people cite it, such as {@code XEP-0199}
 * @param title of that document
 * @param version of that document
 * @param state how much of it
 * @param since the first release of this program that has it
 */
public record FeatureInfo(String number, String title, String version, State state, String since) {

    /** How much of a document is implemented. */
    public enum State {
        /** All that concerns a server. */
        COMPLETE,
        /** A part; the feature's own documentation says which. */
        PARTIAL
    }

    /** A complete one that is new in the release that is being made. */
    public FeatureInfo(String number, String title, String version) {
        this(number, title, version, State.COMPLETE, "0.1");
    }
}
