package org.trestle.node.command;

import org.trestle.node.shell.ConsoleException;

/** Reads {@code enable} and {@code disable} where older consoles have them as arguments. */
final class Switch {
    private Switch() {}

    /** Whether the first argument is {@code enable}. */
    static boolean read(Request request) throws ConsoleException {
        String word = request.argument(0);
        if (!word.equals("enable") && !word.equals("disable")) {
            throw new ConsoleException("\"" + word + "\" is neither enable nor disable; nothing was changed");
        }
        return word.equals("enable");
    }
}
