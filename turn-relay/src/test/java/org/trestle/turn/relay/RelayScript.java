package org.trestle.turn.relay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.trestle.turn.stun.AttributeType;
import org.trestle.turn.stun.StunMethod;
import org.trestle.turn.stun.StunWriter;
import org.trestle.turn.stun.TransportAddress;

/**
 * Any bytes as a story: what four clients and some peers do to a relay, half of it nonsense. Whatever the bytes are, no
 * exception escapes, no unproved sender gets a larger answer than twice its request, and in the end nothing is left.
 */
final class RelayScript {
    private static final int[] TYPES = {
        AttributeType.LIFETIME,
        AttributeType.XOR_PEER_ADDRESS,
        AttributeType.DATA,
        AttributeType.REQUESTED_TRANSPORT,
        AttributeType.EVEN_PORT,
        AttributeType.RESERVATION_TOKEN,
        AttributeType.REQUESTED_ADDRESS_FAMILY,
        AttributeType.ADDITIONAL_ADDRESS_FAMILY,
        AttributeType.DONT_FRAGMENT,
        AttributeType.CHANNEL_NUMBER,
        AttributeType.CONNECTION_ID,
        AttributeType.MOBILITY_TICKET,
        AttributeType.PASSWORD_ALGORITHM,
        AttributeType.PASSWORD_ALGORITHMS,
        AttributeType.USERHASH,
        AttributeType.FINGERPRINT,
        AttributeType.MESSAGE_INTEGRITY,
        0x0777
    };
    private static final StunMethod[] METHODS = StunMethod.values();

    private final SimRelay sim = new SimRelay();
    private final Client[] clients = {
        sim.client(),
        sim.client().as("bob", "builder"),
        sim.client(Transport.TCP, "9.0.0.1"),
        sim.client(Transport.TLS, "9.0.0.2")
    };
    private final TransportAddress[] peers = {
        SimRelay.address("9.9.9.9", 5000), SimRelay.address("9.9.9.10", 6000), SimRelay.address("2620:fe::9", 7000)
    };
    private final byte[] input;
    private int at;

    RelayScript(byte[] input) {
        this.input = input;
    }

    static void play(byte[] input) {
        new RelayScript(input).play();
    }

    private void play() {
        sim.with(old -> new RelaySettings(
                old.realm(), old.publicIpv4(), old.publicIpv6(), 600, 3600, 600, 8, 8, 4, 100_000, true, true, 1000));
        while (at < input.length) {
            Client client = clients[next() & 3];
            step(next() & 7, client);
            Arrays.stream(clients).forEach(each -> each.leg.received.clear());
        }
        sim.relay().close("the story is over");
        sim.tickAfter(60);
        sim.assertEmpty();
    }

    private void step(int what, Client client) {
        switch (what) {
            case 0 -> raw(client, take(next() * 2));
            case 1 -> signed(client);
            case 2 -> raw(client, channelData());
            case 3 -> fromPeer();
            case 4 -> sim.tickAfter(next());
            case 5 -> reach(client);
            case 6 -> allocate(client);
            default -> tcp(client);
        }
    }

    private void raw(Client client, byte[] bytes) {
        boolean unproved =
                client.leg.allocation() == null && !client.leg.transport().isConnected();
        sim.relay().fromClient(client.leg, sim.buffer(bytes));
        int answered =
                client.leg.received.stream().mapToInt(answer -> answer.length).sum();
        Assertions.assertTrue(!unproved || answered <= 2 * bytes.length, "amplified");
    }

    private byte[] channelData() {
        byte[] bytes = take(next() & 63);
        if (bytes.length > 1) {
            bytes[0] = 0x40;
            bytes[1] &= 3;
        }
        return bytes;
    }

    private void signed(Client client) {
        StunMethod method = METHODS[next() % METHODS.length];
        if (client.nonce.length == 0) {
            client.challenged();
        }
        byte[] request = client.signed(method, next(), this::attributes);
        if ((next() & 15) == 0 && request.length > 0) {
            request[(next() * 256 + next()) % request.length] ^= (byte) next();
        }
        sim.relay().fromClient(client.leg, sim.buffer(request));
    }

    private void attributes(StunWriter writer) {
        for (int count = next() & 7; count > 0; count--) {
            int type = TYPES[next() % TYPES.length];
            switch (next() & 3) {
                case 0 -> writer.value(type, take(next() & 31));
                case 1 -> writer.number(type, next() << 24 | next());
                case 2 -> writer.xorAddress(type, peers[next() % peers.length]);
                default -> writer.flag(type);
            }
        }
    }

    private void fromPeer() {
        List<Integer> open = new ArrayList<>(sim.sockets.open.keySet());
        if (!open.isEmpty()) {
            sim.fromPeer(open.get(next() % open.size()), peers[next() % peers.length], take(next()));
        }
    }

    private void reach(Client client) {
        TransportAddress peer = peers[next() % peers.length];
        if (client.nonce.length > 0) {
            int channel = 0x4000 + (next() & 3);
            Reply reply = (next() & 1) == 0 ? client.permit(peer) : client.bind(channel, peer);
            Assertions.assertTrue(reply.isSuccess() || reply.error() > 299);
        }
        client.send(peer, "data");
    }

    private void allocate(Client client) {
        boolean tcp = client.leg.transport().isStream() && (next() & 1) == 0;
        byte[] even = {(byte) (next() << 7)};
        int options = next();
        client.nonce = new byte[0];
        client.ask(StunMethod.ALLOCATE, w -> {
            w.number(AttributeType.REQUESTED_TRANSPORT, tcp ? Client.TCP_PEERS : Client.UDP_PEERS);
            if ((options & 1) != 0) {
                w.value(AttributeType.EVEN_PORT, even);
            }
            if ((options & 2) != 0) {
                w.flag(AttributeType.MOBILITY_TICKET);
            }
            if ((options & 4) != 0) {
                w.number(AttributeType.ADDITIONAL_ADDRESS_FAMILY, 2 << 24);
            }
        });
    }

    private void tcp(Client client) {
        if (!sim.sockets.connecting.isEmpty()) {
            FakeSockets.Connecting connecting = sim.sockets.connecting.remove(0);
            connecting.outcome().connected((next() & 1) == 0 ? null : new FakeSockets.Connection(connecting.peer()));
            return;
        }
        List<FakeSockets.Listener> listening = new ArrayList<>(sim.sockets.listening.values());
        if (!listening.isEmpty()) {
            FakeSockets.Connection peer = new FakeSockets.Connection(peers[next() % peers.length]);
            sim.relay().fromPeer(listening.get(0), peer);
            if ((next() & 1) == 0) {
                sim.relay().ended(peer);
            }
        } else if (client.leg.transport().isStream()) {
            sim.relay().gone(client.leg);
        }
    }

    private int next() {
        return at < input.length ? input[at++] & 0xff : 0;
    }

    private byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(input, Math.min(at, input.length), Math.min(at + count, input.length));
        at += count;
        return taken;
    }
}
