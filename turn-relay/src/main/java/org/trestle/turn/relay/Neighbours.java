package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;

/**
 * The relays of the other loops. A kernel spreads five-tuples over the loops, so a reservation (EVEN-PORT), a mobility
 * ticket or a connection id may come to another loop than the one that gave it out.
 */
public interface Neighbours {

    /**
     * Gives {@code message}, which came on {@code leg}, to the relay of loop {@code index}. Later messages of the leg
     * must follow it if that relay calls {@link ClientLeg#kept()}. The message stays the caller's.
     *
     * @return whether there is such a loop and it will get the message
     */
    boolean pass(int index, ClientLeg leg, ByteBuf message);

    /** A relay that is alone. */
    Neighbours NONE = (index, leg, message) -> false;
}
