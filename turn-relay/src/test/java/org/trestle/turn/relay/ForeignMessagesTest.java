package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;

/** Messages of methods and classes that no server gets: RFC 8489 section 6.3 has them discarded without an answer. */
final class ForeignMessagesTest {
    private final SimRelay sim = new SimRelay();

    @Test
    void aMethodThatIsNotKnownIsDiscarded() {
        for (Transport transport : Transport.values()) {
            for (int type : new int[] {0x0000, 0x0002, 0x0005, 0x0080, 0x0200, 0x2000, 0x3eef}) {
                long before = sim.dropped(Drop.NOT_FOR_A_SERVER);
                assertNull(exchange(transport, type), Integer.toHexString(type) + " over " + transport);
                assertEquals(before + 1, sim.dropped(Drop.NOT_FOR_A_SERVER));
            }
        }
        sim.assertEmpty();
    }

    @Test
    void aRequestOfWhatIsAnIndicationOnlyIsDiscarded() {
        for (StunMethod method : List.of(StunMethod.SEND, StunMethod.DATA, StunMethod.CONNECTION_ATTEMPT)) {
            assertNull(exchange(Transport.TCP, method.type(StunClass.REQUEST)), method.toString());
        }
        assertEquals(3, sim.dropped(Drop.NOT_FOR_A_SERVER));
        sim.assertEmpty();
    }

    @Test
    void indicationsAndResponsesOfWhatIsARequestAreDiscarded() {
        for (StunClass other : List.of(StunClass.INDICATION, StunClass.SUCCESS, StunClass.ERROR)) {
            for (StunMethod method : StunMethod.values()) {
                if (other != StunClass.INDICATION || method != StunMethod.SEND) {
                    assertNull(exchange(Transport.UDP, method.type(other)), method + " " + other);
                }
            }
        }
        sim.assertEmpty();
    }

    @Test
    void allOtherRequestsAreAnswered() {
        for (StunMethod method : StunMethod.values()) {
            if (method.hasRequests()) {
                assertNotNull(exchange(Transport.TCP, method.type(StunClass.REQUEST)), method.toString());
            }
        }
        assertTrue(sim.refusals.stream().allMatch("CHALLENGE"::equals), sim.refusals.toString());
    }

    private @Nullable Reply exchange(Transport transport, int type) {
        ByteBuf out = sim.allocator.heapBuffer();
        new StunWriter().begin(out, type, 1, 2).end();
        return sim.client(transport, "203.0.113.7").exchange(out);
    }
}
