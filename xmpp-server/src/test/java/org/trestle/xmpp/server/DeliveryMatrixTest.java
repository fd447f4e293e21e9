package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.xml.Element;

/** Each kind of stanza from each kind of sender to each kind of receiver, here and on another node, by each kind of Jid. */
final class DeliveryMatrixTest {
    enum Kind {
        CLIENT,
        COMPONENT
    }

    enum Address {
        FULL,
        BARE,
        DOMAIN
    }

    static Stream<Arguments> ways() {
        List<Arguments> ways = new ArrayList<>();
        for (Kind from : Kind.values()) {
            for (Kind to : Kind.values()) {
                for (Address address : Address.values()) {
                    for (int node = 0; node < 2; node++) {
                        if (to == Kind.COMPONENT || address != Address.DOMAIN) {
                            ways.add(Arguments.of(from, to, address, node));
                        }
                    }
                }
            }
        }
        return ways.stream();
    }

    private static Peer peer(TestCluster.Node node, Kind kind, String account, String component) throws Exception {
        return kind == Kind.CLIENT ? node.client(account, "r").available(0) : node.component(component);
    }

    private static Jid address(Peer receiver, Kind kind, Address address) {
        if (kind == Kind.CLIENT) {
            return address == Address.FULL ? receiver.jid : receiver.jid.bare();
        }
        return switch (address) {
            case FULL -> Jid.of("room@" + receiver.jid + "/nick");
            case BARE -> Jid.of("room@" + receiver.jid);
            case DOMAIN -> receiver.jid;
        };
    }

    @ParameterizedTest
    @MethodSource("ways")
    void arrives(Kind from, Kind to, Address kind, int node) throws Exception {
        try (TestCluster cluster = new TestCluster(2)) {
            Peer sender = peer(cluster.node(0), from, "alice", "cb1");
            Peer receiver = peer(cluster.node(node), to, "bob", "cb2");
            Jid address = address(receiver, to, kind);

            sender.send(new Message(Message.Type.CHAT, address, null, "m1", "de", Peer.body("hello")));
            Message message = receiver.expectMessage("hello");
            assertEquals(sender.jid, message.from());
            assertEquals(address, message.to());
            assertEquals("m1", message.id());
            assertEquals("de", message.lang());
            assertArrayEquals(Peer.body("hello").bytes(), message.payload());

            sender.send(Presence.of(Presence.Type.AVAILABLE, null, address));
            assertEquals(
                    address,
                    receiver.expectPresence(Presence.Type.AVAILABLE, sender.jid).to());

            Element ping = Element.of("ping", "urn:xmpp:ping").build();
            sender.send(Iq.of(Iq.Type.GET, null, address, "q1", ping));
            if (to == Kind.CLIENT && kind == Address.BARE) {
                sender.expectError(
                        org.trestle.xmpp.stanza.StanzaError.Condition.SERVICE_UNAVAILABLE, address.toString());
            } else {
                Iq asked = receiver.expectIq(Iq.Type.GET, "q1");
                assertEquals(address, asked.to());
                receiver.send(asked.result());
                assertEquals(address, sender.expectIq(Iq.Type.RESULT, "q1").from());
            }
            receiver.expectNothing();
            sender.expectNothing();
        }
    }
}
