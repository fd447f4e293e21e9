package org.trestle.node.command;

import java.util.List;

/** {@code dns}: the family that this version has in name only. */
final class OtherCommands {
    private OtherCommands() {}

    static List<Verb> verbs() {
        return List.of(new Verb(
                "dns",
                "[<word>]…",
                "DNS commands, which are not in this version",
                request -> new Answer.Failed(
                        "the DNS commands are not in this version; the node uses the " + "resolver of its machine")));
    }
}
