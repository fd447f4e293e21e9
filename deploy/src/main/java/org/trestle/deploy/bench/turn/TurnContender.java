package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.trestle.deploy.bench.Contender;
import org.trestle.deploy.bench.Cost;

/** A TURN server on loopback that relays to loopback, on one processor core, for one user. */
interface TurnContender extends Contender {
    String USER = "bench";
    String PASSWORD = "secret";

    /** UDP and TCP. */
    InetSocketAddress plain();

    /** TLS. */
    InetSocketAddress secured();

    /** Memory that it needs for what it has in mind now, without its sockets. */
    default long bytesInUse() throws IOException {
        return Cost.of(processes()).memoryBytes();
    }

    /** Makes its collector look at everything now, if it has one. */
    default void collect() throws IOException {}

    /** When it stood still, if it has a collector that makes it. */
    default Optional<Pauses> pauses() {
        return Optional.empty();
    }
}
