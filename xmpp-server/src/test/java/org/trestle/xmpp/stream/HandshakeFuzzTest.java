package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.trestle.xmpp.stream.HostilePeer.Kind;

/** Any bytes of a component behind its header: the corpus, or, with {@code JAZZER_FUZZ=1}, ever new ones. */
final class HandshakeFuzzTest {

    @FuzzTest(maxDuration = "60s")
    void nobodyGetsInWithoutTheSecret(byte[] input) {
        HostilePeer peer = new HostilePeer(Kind.COMPONENT);
        peer.send(input);
        peer.send("</stream:stream>".getBytes(StandardCharsets.UTF_8));
        boolean knowsIt = new String(input, StandardCharsets.UTF_8).contains("right");
        assertFalse(!knowsIt && peer.back().contains("<handshake/>"), "accepted");
        assertFalse(!knowsIt && peer.events().toString().contains("stanza"), "a stanza came through");
        assertEquals(0, peer.mistakes());
        peer.leave();
    }
}
