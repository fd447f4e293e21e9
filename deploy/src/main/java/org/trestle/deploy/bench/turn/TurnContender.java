package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;
import org.trestle.deploy.bench.Contender;

/** A TURN server on loopback that relays to loopback, on one processor core, for one user. */
interface TurnContender extends Contender {
    String USER = "bench";
    String PASSWORD = "secret";

    /** UDP and TCP. */
    InetSocketAddress plain();

    /** TLS. */
    InetSocketAddress secured();

    /** Bytes that are in use for what it has in mind now, without what is free for more; empty when it cannot be told. */
    OptionalLong bytesInUse() throws IOException;

    /** Makes its collector look at everything now, if it has one. */
    default void collect() throws IOException {}

    /** When it stood still, if it has a collector that makes it. */
    default Optional<Pauses> pauses() {
        return Optional.empty();
    }
}
