package org.trestle.xmpp.feature.hostmeta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.trestle.xmpp.feature.hostmeta.HostMeta.Link;
import org.trestle.xmpp.feature.hostmeta.HostMeta.Relation;

final class HostMetaTest {
    private final HostMeta meta = new HostMeta(List.of(
            new Link(Relation.BOSH, URI.create("https://web.example.com:5280/bosh?a=1&b='2'")),
            new Link(Relation.WEBSOCKET, URI.create("wss://web.example.com/ws"))));

    @Test
    void inXml() {
        assertEquals(
                "<?xml version='1.0' encoding='utf-8'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
                        + "<Link rel='urn:xmpp:alt-connections:xbosh'"
                        + " href='https://web.example.com:5280/bosh?a=1&amp;b=&apos;2&apos;'/>"
                        + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://web.example.com/ws'/></XRD>",
                meta.xrd());
    }

    @Test
    void inJson() {
        assertEquals(
                "{\"links\":[{\"rel\":\"urn:xmpp:alt-connections:xbosh\","
                        + "\"href\":\"https://web.example.com:5280/bosh?a=1&b='2'\"},"
                        + "{\"rel\":\"urn:xmpp:alt-connections:websocket\",\"href\":\"wss://web.example.com/ws\"}]}",
                meta.jrd());
        assertEquals("{\"links\":[]}", new HostMeta(List.of()).jrd());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://example.com/ws", "https://example.com/ws", "/ws", "wss:ws"})
    void onlySecurePlacesAreLegal(String address) {
        assertThrows(IllegalArgumentException.class, () -> new Link(Relation.WEBSOCKET, URI.create(address)));
    }
}
