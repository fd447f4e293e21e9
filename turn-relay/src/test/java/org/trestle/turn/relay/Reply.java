package org.trestle.turn.relay;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** What came back, with its questions. */
record Reply(byte[] bytes) {

    StunMessage message() {
        StunMessage message = new StunMessage();
        Assertions.assertTrue(message.read(Unpooled.wrappedBuffer(bytes)), "not a STUN message");
        return message;
    }

    boolean isSuccess() {
        return message().messageClass() == StunClass.SUCCESS;
    }

    /** The error code, or 0 for a success. */
    int error() {
        StunMessage message = message();
        if (message.messageClass() != StunClass.ERROR) {
            return 0;
        }
        long value = message.number(AttributeType.ERROR_CODE, 4, 4);
        return (int) ((value >> 8 & 7) * 100 + (value & 0xff));
    }

    long number(int type) {
        return message().number(type, 4, 4);
    }

    boolean has(int type) {
        return message().has(type);
    }

    TransportAddress address(int type) {
        return addresses(type).get(0);
    }

    List<TransportAddress> addresses(int type) {
        StunMessage message = message();
        List<TransportAddress> found = new ArrayList<>();
        for (int i = 0; i < message.attributes(); i++) {
            if (message.attribute(i) == type) {
                XorAddress address = new XorAddress();
                Assertions.assertTrue(address.read(message, message.offset(i)));
                found.add(address.address());
            }
        }
        return found;
    }

    int relayedPort() {
        return address(AttributeType.XOR_RELAYED_ADDRESS).port();
    }

    boolean isSignedWith(byte[] key) {
        return new Integrity().check(message(), key) == Integrity.Check.RIGHT;
    }
}
