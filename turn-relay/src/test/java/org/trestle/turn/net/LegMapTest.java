package org.trestle.turn.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trestle.turn.stun.TransportAddress;

final class LegMapTest {

    @Test
    void isAMap() {
        Random random = new Random(1);
        LegMap<String> map = new LegMap<>(random.nextLong());
        Map<TransportAddress, String> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            TransportAddress key = new TransportAddress(0, random.nextInt(40), random.nextInt(40));
            if (random.nextInt(3) == 0) {
                map.remove(key.high(), key.low(), key.port());
                model.remove(key);
            } else {
                String value = "leg " + i;
                map.put(key.high(), key.low(), key.port(), value);
                model.put(key, value);
            }
            assertEquals(model.size(), map.size());
        }
        for (int low = 0; low < 40; low++) {
            for (int port = 0; port < 40; port++) {
                assertEquals(model.get(new TransportAddress(0, low, port)), map.get(0, low, port));
            }
        }
        List<String> all = new ArrayList<>();
        map.forEach(all::add);
        assertEquals(model.size(), all.size());
    }

    @Test
    void looksAtAllOfTheAddress() {
        LegMap<String> map = new LegMap<>(7);
        map.put(1, 2, 3, "here");
        assertEquals("here", map.get(1, 2, 3));
        assertNull(map.get(0, 2, 3));
        assertNull(map.get(1, 0, 3));
        assertNull(map.get(1, 2, 0));
    }
}
