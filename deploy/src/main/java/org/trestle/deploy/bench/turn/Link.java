package org.trestle.deploy.bench.turn;

import io.netty.buffer.ByteBuf;

/** A client's way to the server: whole messages. Used on the load's event loop only. */
interface Link {

    /** How clients reach the server. */
    enum Kind {
        UDP,
        TCP,
        TLS
    }

    /** Takes {@code message} over; it goes out with the next flush. */
    void send(ByteBuf message);

    /** Whether nothing that was sent is lost on the way. */
    boolean isReliable();

    void flush();

    void close();

    /** Who gets what the server sends: one whole message, padding included; it is the caller's again afterwards. */
    interface Receiver {
        void received(ByteBuf message);
    }
}
