package org.trestle.auth.accounts;

import java.util.List;

/**
 * What an import has done so far.
 *
 * @param added accounts that were not there before
 * @param updated accounts that have a new password now
 * @param unchanged accounts that had that password already
 * @param refused how many lines were wrong
 * @param errors the first {@value #ERRORS_KEPT} of the wrong lines
 */
public record ImportReport(int added, int updated, int unchanged, int refused, List<LineError> errors) {

    /** How many wrong lines a report names. */
    public static final int ERRORS_KEPT = 100;

    /** A line that was left out, counted from 1, and why. Never holds the password. */
    public record LineError(int line, String reason) {
        @Override
        public String toString() {
            return "line " + line + ": " + reason;
        }
    }

    public ImportReport {
        errors = List.copyOf(errors);
    }
}
