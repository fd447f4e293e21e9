package org.trestle.turn.relay;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;
import org.trestle.turn.stun.TransportAddress;

/** Sockets of no kernel: what is sent stays in a queue, and a test says what arrives. */
final class FakeSockets implements RelaySockets {
    final Map<Integer, Socket> open = new HashMap<>();
    final Map<Integer, Listener> listening = new HashMap<>();
    final Set<Integer> takenByOthers = new HashSet<>();
    final List<Connecting> connecting = new ArrayList<>();
    boolean ipv6 = true;
    boolean dontFragment = true;

    /** What left through a socket. */
    record Sent(byte[] payload, InetSocketAddress peer, boolean dontFragment) {}

    /** A connect that nobody has answered yet. */
    record Connecting(RelayListener from, TransportAddress peer, Connected outcome) {}

    final class Socket extends RelaySocket {
        final AddressFamily family;
        final Queue<Sent> sent = new ArrayDeque<>();

        Socket(AddressFamily family, int port) {
            super(port);
            this.family = family;
        }

        @Override
        public void send(ByteBuf payload, InetSocketAddress peer, boolean dontFragment) {
            sent.add(new Sent(Bytes.take(payload), peer, dontFragment));
        }

        @Override
        public void close() {
            open.remove(port());
        }
    }

    final class Listener extends RelayListener {
        Listener(int port) {
            super(port);
        }

        @Override
        public void close() {
            listening.remove(port());
        }
    }

    static final class Connection implements PeerConnection {
        private final TransportAddress peer;
        boolean closed;

        Connection(TransportAddress peer) {
            this.peer = peer;
        }

        @Override
        public TransportAddress peer() {
            return peer;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public boolean supports(AddressFamily family) {
        return family == AddressFamily.IPV4 || ipv6;
    }

    @Override
    public boolean canSetDontFragment() {
        return dontFragment;
    }

    @Override
    public @Nullable RelaySocket bind(AddressFamily family, int port) {
        if (takenByOthers.contains(port) || open.containsKey(port)) {
            return null;
        }
        Socket socket = new Socket(family, port);
        open.put(port, socket);
        return socket;
    }

    @Override
    public @Nullable RelayListener listen(AddressFamily family, int port) {
        Listener listener = new Listener(port);
        listening.put(port, listener);
        return listener;
    }

    @Override
    public void connect(RelayListener from, TransportAddress peer, Connected outcome) {
        connecting.add(new Connecting(from, peer, outcome));
    }
}
