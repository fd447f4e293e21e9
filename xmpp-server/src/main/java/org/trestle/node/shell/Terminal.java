package org.trestle.node.shell;

import java.io.IOException;

/**
 * The operator's side of a running command. Files and secrets are read there, with the operator's rights and from where
 * the operator stands. All methods block; {@link IOException} means that the operator is gone.
 */
public interface Terminal {

    void out(String text) throws IOException;

    void err(String text) throws IOException;

    /** The file's bytes, {@value Frames#LIMIT} at most; {@code -} is standard input. */
    byte[] file(String name) throws IOException, ConsoleException;

    /** Writes a new file on the operator's side, for its owner only; fails when there is one. Returns its full name. */
    String write(String name, byte[] content) throws IOException, ConsoleException;

    /** Asks for one line without showing it; fails when there is no terminal to ask on. */
    String secret(String prompt) throws IOException, ConsoleException;
}
