package org.trestle.node.shell;

import java.util.List;

/**
 * A command as it was typed.
 *
 * @param program the program's name: xmpp, turn, pki, dns, or trestle
 * @param directory where it was typed, on the client's side
 * @param arguments all that followed the program's name, without {@code --node DIR}
 */
public record Invocation(String program, String directory, List<String> arguments) {
    public Invocation {
        arguments = List.copyOf(arguments);
    }
}
