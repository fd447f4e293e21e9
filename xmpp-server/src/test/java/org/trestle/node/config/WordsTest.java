package org.trestle.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WordsTest {

    @Test
    void nearestFirst() {
        assertEquals(List.of("status"), Words.near("statsu", List.of("status", "join", "invite")));
        assertEquals(
                List.of("initialize", "invite"), Words.near("in", List.of("join", "invite", "initialize", "user")));
        assertEquals(List.of(), Words.near("xyz", List.of("status", "join")));
    }

    @Test
    void alternatives() {
        assertEquals("a", Words.alternatives(List.of("a")));
        assertEquals("a, b or c", Words.alternatives(List.of("a", "b", "c")));
    }
}
