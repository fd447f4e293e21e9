package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;
import org.trestle.turn.stun.XorAddress;

/** A client of the test relay. */
final class TurnClient {

    static final int UDP_PEERS = 17 << 24;
    static final int TCP_PEERS = 6 << 24;
    private static final byte[] KEY =
            LongTermKey.of(PasswordAlgorithm.MD5, TestRelay.USER, TestRelay.REALM, TestRelay.PASSWORD);

    private final Link link;
    private final StunWriter writer = new StunWriter();
    private final Integrity integrity = new Integrity();
    private byte[] nonce = new byte[0];
    private long transaction;

    TurnClient(Link link) {
        this.link = link;
    }

    /** An allocation; gives its relayed address. */
    TransportAddress allocate(int transport) throws IOException {
        if (nonce.length == 0) {
            challenge(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, transport));
        }
        StunMessage answer = ask(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, transport));
        XorAddress relayed = new XorAddress();
        assertTrue(relayed.read(answer, answer.find(AttributeType.XOR_RELAYED_ADDRESS)));
        return relayed.address();
    }

    /** Takes a nonce. */
    void challenge(StunMethod method, Consumer<StunWriter> attributes) throws IOException {
        StunMessage challenge = exchange(request(method, attributes, false));
        assertEquals(StunClass.ERROR, challenge.messageClass());
        nonce = challenge.value(AttributeType.NONCE);
    }

    void bind(int channel, TransportAddress peer) throws IOException {
        ask(
                StunMethod.CHANNEL_BIND,
                w -> w.number(AttributeType.CHANNEL_NUMBER, channel << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    void permit(TransportAddress peer) throws IOException {
        ask(StunMethod.CREATE_PERMISSION, w -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    void end() throws IOException {
        ask(StunMethod.REFRESH, w -> w.number(AttributeType.LIFETIME, 0));
    }

    /** A signed request that must succeed. */
    StunMessage ask(StunMethod method, Consumer<StunWriter> attributes) throws IOException {
        StunMessage answer = exchange(request(method, attributes, true));
        assertEquals(StunClass.SUCCESS, answer.messageClass(), method + " failed");
        return answer;
    }

    byte[] request(StunMethod method, Consumer<StunWriter> attributes, boolean signed) {
        ByteBuf out = Unpooled.buffer();
        writer.begin(out, method.type(StunClass.REQUEST), 0x7e57, ++transaction);
        attributes.accept(writer);
        if (signed) {
            writer.text(AttributeType.USERNAME, TestRelay.USER)
                    .text(AttributeType.REALM, TestRelay.REALM)
                    .value(AttributeType.NONCE, nonce)
                    .integrity(integrity, KEY);
        }
        writer.end();
        return Arrays.copyOf(out.array(), out.writerIndex());
    }

    StunMessage exchange(byte[] request) throws IOException {
        link.send(request);
        return message(received());
    }

    /** The next message, which must come. */
    byte[] received() throws IOException {
        byte[] message = link.receive();
        assertNotNull(message, "the connection has ended");
        return message;
    }

    static StunMessage message(byte[] bytes) {
        StunMessage message = new StunMessage();
        assertTrue(message.read(Unpooled.wrappedBuffer(bytes)), "not a STUN message");
        return message;
    }

    /** Payload in ChannelData, padded. */
    static byte[] channelData(int channel, byte[] payload) {
        return ByteBuffer.allocate(4 + ((payload.length + 3) & ~3))
                .putShort((short) channel)
                .putShort((short) payload.length)
                .put(payload)
                .array();
    }

    /** The next message, which must be ChannelData of {@code channel}; gives its payload. */
    byte[] payload(int channel) throws IOException {
        ByteBuffer frame = ByteBuffer.wrap(received());
        assertEquals(channel, frame.getShort());
        byte[] payload = new byte[frame.getShort() & 0xffff];
        frame.get(payload);
        return payload;
    }
}
