package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.AddressFamily;

/** Opens and closes the sockets of the relay range, so that no port is ever lost or given twice. */
final class Endpoints {
    private final PortPool ports;
    private final RelaySockets sockets;
    private @Nullable RelaySocket opened;
    private @Nullable RelaySocket second;
    private @Nullable RelayListener listener;

    /** An even port and the one after it (EVEN-PORT with R). */
    record Pair(RelaySocket even, RelaySocket next) {}

    Endpoints(PortPool ports, RelaySockets sockets) {
        this.ports = ports;
        this.sockets = sockets;
    }

    @Nullable
    RelaySocket open(AddressFamily family) {
        opened = null;
        ports.take(family, false, port -> bind(family, port));
        return opened;
    }

    @Nullable
    RelaySocket openEven(AddressFamily family) {
        opened = null;
        ports.takeEven(family, port -> bind(family, port));
        return opened;
    }

    @Nullable
    Pair openPair(AddressFamily family) {
        ports.takePair(family, port -> bindBoth(family, port));
        return opened != null && second != null ? new Pair(opened, second) : null;
    }

    @Nullable
    RelayListener listen(AddressFamily family) {
        listener = null;
        ports.take(family, true, port -> {
            listener = sockets.listen(family, port);
            return listener != null;
        });
        return listener;
    }

    void close(@Nullable RelaySocket socket) {
        if (socket != null) {
            socket.allocation = null;
            socket.close();
            ports.giveBack(socket.port());
        }
    }

    void close(@Nullable RelayListener socket) {
        if (socket != null) {
            socket.allocation = null;
            socket.close();
            ports.giveBack(socket.port());
        }
    }

    private boolean bind(AddressFamily family, int port) {
        opened = sockets.bind(family, port);
        return opened != null;
    }

    private boolean bindBoth(AddressFamily family, int port) {
        opened = sockets.bind(family, port);
        second = opened == null ? null : sockets.bind(family, port + 1);
        if (opened != null && second == null) {
            opened.close();
            opened = null;
        }
        return second != null;
    }
}
