package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.Integrity;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** A TURN client on one leg that keeps to the rules, unless a test tells it not to. */
final class Client {
    static final int UDP_PEERS = 17 << 24;
    static final int TCP_PEERS = 6 << 24;

    final SimRelay sim;
    final FakeLeg leg;
    final StunWriter writer = new StunWriter();
    final Integrity integrity = new Integrity();
    String username = "alice";
    String password = "wonderland";
    byte[] nonce = new byte[0];
    private long nextTransaction = 1;

    Client(SimRelay sim, FakeLeg leg) {
        this.sim = sim;
        this.leg = leg;
    }

    /** The number in the transaction id of the request that was made last. */
    long lastTransaction() {
        return nextTransaction - 1;
    }

    Client as(String name, String secret) {
        username = name;
        password = secret;
        return this;
    }

    byte[] key() {
        return LongTermKey.of(PasswordAlgorithm.MD5, username, FakeCredentials.REALM, password);
    }

    /** A request without credentials; null if there was no answer. */
    @Nullable
    Reply bare(StunMethod method, Consumer<StunWriter> attributes) {
        ByteBuf out = begin(method, nextTransaction++);
        attributes.accept(writer);
        writer.end();
        return exchange(out);
    }

    /** Takes a nonce, as the first request of every client does. */
    Client challenged() {
        Reply reply = bare(StunMethod.ALLOCATE, w -> w.number(AttributeType.REQUESTED_TRANSPORT, UDP_PEERS));
        Assertions.assertNotNull(reply);
        nonce = reply.message().value(AttributeType.NONCE);
        return this;
    }

    /** The same by another relay than the first. */
    Client challengedBy(Relay relay) {
        ByteBuf out = begin(StunMethod.ALLOCATE, nextTransaction++);
        writer.number(AttributeType.REQUESTED_TRANSPORT, UDP_PEERS).end();
        relay.fromClient(leg, out);
        nonce = new Reply(received()).message().value(AttributeType.NONCE);
        return this;
    }

    /** Like {@link #ask}, by another relay than the first. */
    Reply askOf(Relay relay, StunMethod method, Consumer<StunWriter> attributes) {
        relay.fromClient(leg, sim.buffer(signed(method, nextTransaction++, attributes)));
        return new Reply(received());
    }

    /** The bytes of a signed request. */
    byte[] signed(StunMethod method, long transaction, Consumer<StunWriter> attributes) {
        ByteBuf out = begin(method, transaction);
        attributes.accept(writer);
        writer.text(AttributeType.USERNAME, username)
                .text(AttributeType.REALM, FakeCredentials.REALM)
                .value(AttributeType.NONCE, nonce)
                .integrity(integrity, key());
        writer.end();
        return Bytes.take(out);
    }

    /** A signed request and its answer. */
    Reply ask(StunMethod method, Consumer<StunWriter> attributes) {
        if (nonce.length == 0) {
            challenged();
        }
        Reply reply = exchange(sim.buffer(signed(method, nextTransaction++, attributes)));
        Assertions.assertNotNull(reply, "no answer to " + method);
        return reply;
    }

    Reply allocate() {
        return allocate(w -> {});
    }

    Reply allocate(Consumer<StunWriter> more) {
        return ask(StunMethod.ALLOCATE, more.andThen(w -> w.number(AttributeType.REQUESTED_TRANSPORT, UDP_PEERS)));
    }

    Reply refresh(int seconds) {
        return ask(StunMethod.REFRESH, w -> w.number(AttributeType.LIFETIME, seconds));
    }

    Reply permit(TransportAddress... peers) {
        return ask(
                StunMethod.CREATE_PERMISSION,
                w -> Arrays.stream(peers).forEach(peer -> w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)));
    }

    Reply bind(int channel, TransportAddress peer) {
        return ask(
                StunMethod.CHANNEL_BIND,
                w -> w.number(AttributeType.CHANNEL_NUMBER, channel << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    /** A Send indication. */
    void send(TransportAddress peer, String data) {
        ByteBuf out = sim.allocator.heapBuffer();
        writer.begin(out, StunMethod.SEND.type(StunClass.INDICATION), 7, nextTransaction++)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .text(AttributeType.DATA, data)
                .end();
        sim.relay().fromClient(leg, out);
    }

    void channelData(int channel, String data) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = sim.allocator.heapBuffer();
        out.writeShort(channel).writeShort(bytes.length).writeBytes(bytes);
        sim.relay().fromClient(leg, out);
    }

    /** Gives bytes to the relay; null if nothing came back. */
    @Nullable
    Reply exchange(ByteBuf bytes) {
        leg.received.clear();
        sim.relay().fromClient(leg, bytes);
        byte[] answer = leg.received.poll();
        return answer == null ? null : new Reply(answer);
    }

    /** The next message that came without being asked for. */
    byte[] received() {
        byte[] next = leg.received.poll();
        Assertions.assertNotNull(next, "nothing came");
        return next;
    }

    private ByteBuf begin(StunMethod method, long transaction) {
        ByteBuf out = sim.allocator.heapBuffer();
        writer.begin(out, method.type(StunClass.REQUEST), 0x5eed, transaction);
        return out;
    }
}
