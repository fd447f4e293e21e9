package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** Requests with many attributes get a real answer, whatever it is; RFC 8489 section 6.3, RFC 8656 section 10.2. */
final class LongRequestsTest {
    private static final int UNKNOWN = 0x7000;

    private final SimRelay sim = new SimRelay();

    @Test
    void sixtyPeersInOneCreatePermissionAreAllPermitted() {
        sim.with(settings -> new RelaySettings(
                FakeCredentials.REALM, SimRelay.PUBLIC4, null, 600, 3600, 600, 128, 128, 4, 0, true, true, 1000));
        Client client = allocated();
        assertTrue(client.ask(StunMethod.CREATE_PERMISSION, peers(60)).isSuccess());
        client.send(peer(59), "the last one too");
        assertEquals(0, sim.dropped(Drop.NO_PERMISSION));
        sim.assertNoBuffers();
    }

    @Test
    void morePeersThanTheAllocationMayHaveAre508AndNobodyIsPermitted() {
        Client client = allocated();
        assertEquals(508, client.ask(StunMethod.CREATE_PERMISSION, peers(60)).error());
        client.send(peer(0), "not even the first one");
        assertEquals(1, sim.dropped(Drop.NO_PERMISSION));
        sim.assertNoBuffers();
    }

    @Test
    void sixtyUnknownAttributesAre420AndAllOfThemAreNamed() {
        Reply reply = allocated().ask(StunMethod.REFRESH, unknown(60));
        assertEquals(420, reply.error());
        byte[] named = reply.message().value(AttributeType.UNKNOWN_ATTRIBUTES);
        assertNotNull(named);
        assertEquals(120, named.length);
    }

    @Test
    void sixtyUnknownAttributesOfABindingRequestAre420AndNoWeapon() {
        Reply reply = sim.client().bare(StunMethod.BINDING, unknown(60));
        assertNotNull(reply);
        assertEquals(420, reply.error());
        assertTrue(reply.bytes().length <= 2 * (20 + 60 * 4), "at most twice the request");
    }

    @Test
    void moreAttributesThanAreLookedAtAre400() {
        Client client = allocated();
        for (StunMethod method : new StunMethod[] {StunMethod.ALLOCATE, StunMethod.BINDING, StunMethod.REFRESH}) {
            assertEquals(
                    400,
                    client.ask(method, unknown(StunMessage.MAX_ATTRIBUTES + 1)).error());
        }
        assertTrue(sim.lastRefusal().contains("more than 512 attributes"), sim.lastRefusal());
        sim.assertNoBuffers();
    }

    @Test
    void anIndicationWithMoreAttributesThanAreLookedAtIsDropped() {
        Client client = allocated();
        client.permit(peer(0));
        ByteBuf out = sim.allocator.heapBuffer();
        client.writer.begin(out, StunMethod.SEND.type(StunClass.INDICATION), 7, 7);
        unknown(StunMessage.MAX_ATTRIBUTES).accept(client.writer);
        client.writer.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer(0)).text(AttributeType.DATA, "x");
        client.writer.end();
        assertNull(client.exchange(out));
        assertEquals(1, sim.dropped(Drop.MALFORMED));
        sim.assertNoBuffers();
    }

    /** 20 bytes of header, 8 of ERROR-CODE, 5 to 8 of REALM and as many of NONCE are 44: more than twice 20. */
    @Test
    void aBareAllocateOfTwentyBytesCannotBeAnsweredWithinTwiceItsSize() {
        assertNull(sim.client().bare(StunMethod.ALLOCATE, w -> {}));
        assertEquals(1, sim.dropped(Drop.TOO_SMALL_TO_ANSWER));
        Reply overTcp = sim.client(Transport.TCP, "203.0.113.7").bare(StunMethod.ALLOCATE, w -> {});
        assertNotNull(overTcp, "an address that TCP has proved is answered");
        assertEquals(401, overTcp.error());
    }

    private Client allocated() {
        Client client = sim.client();
        client.allocate();
        return client;
    }

    private static TransportAddress peer(int index) {
        return SimRelay.address("9.9.9." + (index + 1), 5000);
    }

    private static Consumer<StunWriter> peers(int count) {
        return w -> {
            for (int i = 0; i < count; i++) {
                w.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer(i));
            }
        };
    }

    private static Consumer<StunWriter> unknown(int count) {
        return w -> {
            for (int i = 0; i < count; i++) {
                w.flag(UNKNOWN + i);
            }
        };
    }
}
