package org.trestle.node.command;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.trestle.node.shell.ConsoleException;

/** A time as operators write it. */
final class TimeWord {
    private TimeWord() {}

    /** Reads {@code 90s}, {@code 10m}, {@code 2h}. */
    static Duration read(String text, Duration most) throws ConsoleException {
        try {
            Duration time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
            if (time.isNegative()) {
                throw new ConsoleException("\"" + text + "\" is less than nothing; write it as 90s, 10m or 2h");
            }
            if (time.compareTo(most) <= 0) {
                return time;
            }
        } catch (DateTimeParseException notATime) {
            throw new ConsoleException("\"" + text + "\" is no time; write it as 90s, 10m or 2h", notATime);
        }
        throw new ConsoleException("\"" + text + "\" is too long; at most " + most.toHours() + "h");
    }
}
