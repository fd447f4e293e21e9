package org.trestle.turn.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an allocation costs beside its socket: at most 6 kB, with a permission and a channel. */
final class MemoryTest {
    private static final int ALLOCATIONS = 5_000;
    private static final long MOST = 6_000;

    @Test
    void anAllocationIsSmall() {
        SimRelay sim = new SimRelay();
        sim.ports = new PortPool(10_000, 59_999, new SeededRandom(1));
        List<FakeLeg> legs = new ArrayList<>();
        fill(sim, legs, 500);
        long before = settled();
        fill(sim, legs, 500 + ALLOCATIONS);
        long each = (settled() - before) / ALLOCATIONS;
        assertTrue(each < MOST, each + " bytes");
        assertEquals(500 + ALLOCATIONS, sim.quotas.total());
    }

    private static void fill(SimRelay sim, List<FakeLeg> legs, int count) {
        while (legs.size() < count) {
            Client client = sim.client();
            sim.clock.pass(0.002);
            legs.add(client.leg);
            client.allocate();
            assertTrue(client.bind(0x4000, SimRelay.address("9.9.9.9", 1 + legs.size()))
                    .isSuccess());
            client.leg.received.clear();
            sim.events.clear();
            sim.refusals.clear();
        }
    }

    /** What is in use when another collection finds nothing more: others have left softly held things behind. */
    private static long settled() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            long used = runtime.totalMemory() - runtime.freeMemory();
            if (least - used < 1_000) {
                return Math.min(used, least);
            }
            least = used;
        }
        return least;
    }
}
