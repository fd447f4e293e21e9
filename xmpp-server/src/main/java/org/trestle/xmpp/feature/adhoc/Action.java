package org.trestle.xmpp.feature.adhoc;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody wants to do with a command (XEP-0050 4.1). */
enum Action {
    EXECUTE,
    CANCEL,
    PREV,
    NEXT,
    COMPLETE;

    /** Null when there is no such action; {@link #EXECUTE} when none is named. */
    static @Nullable Action of(@Nullable String word) {
        if (word == null) {
            return EXECUTE;
        }
        for (Action action : values()) {
            if (action.name().toLowerCase(Locale.ROOT).equals(word)) {
                return action;
            }
        }
        return null;
    }
}
