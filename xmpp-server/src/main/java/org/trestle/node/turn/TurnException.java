package org.trestle.node.turn;

/** A change of the relay's shared settings that was refused; the message says why and what to type. */
public final class TurnException extends Exception {
    private static final long serialVersionUID = 1L;

    public TurnException(String message) {
        super(message);
    }
}
