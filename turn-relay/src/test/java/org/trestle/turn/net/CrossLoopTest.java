package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunClass;
import org.trestle.turn.stun.StunMessage;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/** Two clients of one relay whose allocations belong to two event loops are each other's peers. */
@EnabledOnOs(OS.LINUX)
final class CrossLoopTest {
    private static final int CHANNEL = 0x4000;
    private static final int MOST_CLIENTS = 200;

    /** So many that it would be odd if none of them came by the other loop. */
    private static final int MOVES = 40;

    /** A client, its way, and its relayed address. */
    private record Caller(Link link, TurnClient client, TransportAddress relayed) {}

    @Test
    void peersOnTwoLoopsReachEachOther() throws Exception {
        List<Link> links = new ArrayList<>();
        try (TestRelay relay = new TestRelay(2, NetLimits.DEFAULTS, null, 56_000)) {
            @Nullable Caller[] ofLoop = new @Nullable Caller[2];
            // The kernel chooses the loop of each new five-tuple.
            for (int i = 0; i < MOST_CLIENTS && (ofLoop[0] == null || ofLoop[1] == null); i++) {
                long before = allocations(relay, 0);
                Link link = Link.udp(relay.udp);
                links.add(link);
                TurnClient client = new TurnClient(link);
                Caller caller = new Caller(link, client, client.allocate(TurnClient.UDP_PEERS));
                ofLoop[allocations(relay, 0) > before ? 0 : 1] = caller;
            }
            Caller one = ofLoop[0];
            Caller other = ofLoop[1];
            assertTrue(one != null && other != null, "all of " + MOST_CLIENTS + " clients came to one loop");
            one.client().bind(CHANNEL, other.relayed());
            other.client().bind(CHANNEL, one.relayed());
            for (byte i = 0; i < 20; i++) {
                carries(one, other, new byte[] {i, 1, 1, 1});
                carries(other, one, new byte[] {i, 2, 2, 2});
            }
        } finally {
            for (Link link : links) {
                link.close();
            }
        }
    }

    /** RFC 8656 section 5: who sends a request again before its answer has come gets the same answer, on whichever loop. */
    @Test
    void whatIsSentTwiceIsAnsweredAlike() throws Exception {
        List<Link> links = new ArrayList<>();
        try (TestRelay relay = new TestRelay(2, NetLimits.DEFAULTS, null, 56_000)) {
            TurnClient first = client(relay, links);
            first.challenge(StunMethod.ALLOCATE, CrossLoopTest::overUdp);
            byte[] ticket = first.ask(StunMethod.ALLOCATE, w -> overUdp(w.flag(AttributeType.MOBILITY_TICKET)))
                    .value(AttributeType.MOBILITY_TICKET);
            for (int i = 0; i < MOVES; i++) {
                byte[] old = ticket;
                ticket = twice(relay, links, StunMethod.REFRESH, w -> w.value(AttributeType.MOBILITY_TICKET, old))
                        .value(AttributeType.MOBILITY_TICKET);
            }
        } finally {
            for (Link link : links) {
                link.close();
            }
        }
    }

    /** Sends one request of a new client twice at once; gives the answer, which comes twice. */
    private static StunMessage twice(
            TestRelay relay, List<Link> links, StunMethod method, Consumer<StunWriter> attributes) throws Exception {
        TurnClient client = client(relay, links);
        Link link = links.get(links.size() - 1);
        client.challenge(method, attributes);
        byte[] request = client.request(method, attributes, true);
        link.send(request);
        link.send(request);
        byte[] answer = client.received();
        assertArrayEquals(answer, client.received());
        StunMessage message = TurnClient.message(answer);
        assertEquals(StunClass.SUCCESS, message.messageClass());
        return message;
    }

    private static TurnClient client(TestRelay relay, List<Link> links) throws Exception {
        Link link = Link.udp(relay.udp);
        links.add(link);
        return new TurnClient(link);
    }

    private static void overUdp(StunWriter writer) {
        writer.number(AttributeType.REQUESTED_TRANSPORT, TurnClient.UDP_PEERS);
    }

    private static void carries(Caller from, Caller to, byte[] payload) throws Exception {
        from.link().send(TurnClient.channelData(CHANNEL, payload));
        assertArrayEquals(payload, to.client().payload(CHANNEL));
    }

    private static long allocations(TestRelay relay, int loop) {
        return relay.server.relayCounters().get(loop).get(Count.ALLOCATIONS_OPENED);
    }
}
