package org.trestle.turn.relay;

import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMessage;

/** What an Allocate asks for; numbers are -1 where the attribute is absent or cannot be read. */
final class AllocateWish {
    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int RESERVE_NEXT = 0x80;

    final long transport;
    final long lifetime;
    final boolean hasToken;
    final long evenPort;
    final long family;
    final long additional;
    final boolean hasEvenPort;
    final boolean hasFamily;
    final boolean hasAdditional;
    final boolean dontFragment;
    final int ticketLength;
    final boolean malformed;

    /** What is wrong with it, for the operator. */
    String complaint = "";

    AllocateWish(StunMessage message) {
        transport = message.number(AttributeType.REQUESTED_TRANSPORT, 1, 4);
        lifetime = message.number(AttributeType.LIFETIME, 4, 4);
        evenPort = message.number(AttributeType.EVEN_PORT, 1, 1);
        family = message.number(AttributeType.REQUESTED_ADDRESS_FAMILY, 1, 4);
        additional = message.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 1, 4);
        hasToken = message.has(AttributeType.RESERVATION_TOKEN);
        hasEvenPort = message.has(AttributeType.EVEN_PORT);
        hasFamily = message.has(AttributeType.REQUESTED_ADDRESS_FAMILY);
        hasAdditional = message.has(AttributeType.ADDITIONAL_ADDRESS_FAMILY);
        dontFragment = message.has(AttributeType.DONT_FRAGMENT);
        int ticket = message.find(AttributeType.MOBILITY_TICKET);
        ticketLength = ticket < 0 ? -1 : message.length(ticket);
        int token = message.find(AttributeType.RESERVATION_TOKEN);
        malformed = (hasEvenPort && evenPort < 0)
                || (hasFamily && family < 0)
                || (hasAdditional && additional < 0)
                || (message.has(AttributeType.LIFETIME) && lifetime < 0)
                || (hasToken && message.length(token) != 8);
    }

    boolean reserves() {
        return evenPort >= 0 && (evenPort & RESERVE_NEXT) != 0;
    }

    boolean isUdp() {
        return transport == UDP;
    }

    boolean isTcp() {
        return transport == TCP;
    }
}
