package org.trestle.deploy.bench.turn;

import java.net.InetSocketAddress;
import org.trestle.deploy.bench.Contender;

/** A TURN server on loopback that relays to loopback, on one processor core, for one user. */
interface TurnContender extends Contender {
    String USER = "bench";
    String PASSWORD = "secret";

    /** UDP and TCP. */
    InetSocketAddress plain();

    /** TLS. */
    InetSocketAddress secured();
}
