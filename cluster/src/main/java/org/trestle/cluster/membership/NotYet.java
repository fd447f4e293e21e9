package org.trestle.cluster.membership;

/** The same question may be answered otherwise in a moment. */
final class NotYet extends Exception {
    private static final long serialVersionUID = 1L;

    NotYet(String words) {
        super(words);
    }
}
