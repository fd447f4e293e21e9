package org.trestle.node.command;

import java.io.IOException;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.shell.Terminal;

/** Finds the file that an operator names: beside the operator, else in the node's file area. */
final class Files {
    private final FileArea area;
    private final Terminal terminal;

    Files(FileArea area, Terminal terminal) {
        this.area = area;
        this.terminal = terminal;
    }

    /** A file, by its name without directories. */
    record Content(String name, byte[] bytes) {}

    Content find(String name) throws IOException, ConsoleException {
        try {
            return new Content(name.substring(name.lastIndexOf('/') + 1), terminal.file(name));
        } catch (ConsoleException notThere) {
            if (!area.has(name)) {
                throw new ConsoleException(
                        notThere.getMessage() + (name.contains("/") ? "" : ", nor is it on the node (\"pki list\")"),
                        notThere);
            }
        }
        try {
            return new Content(name, area.read(name));
        } catch (PkiException unreadable) {
            throw new ConsoleException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    /** Keeps a file in the node's area under its name. */
    void keep(Content content) throws PkiException {
        area.store(content.name(), content.bytes());
    }
}
