package org.trestle.deploy.bench.xmpp;

import java.net.InetSocketAddress;
import org.trestle.deploy.bench.Contender;

/** An XMPP server with the domain {@value #DOMAIN}, the users u0, u1, … with one password, and two components. */
public interface XmppContender extends Contender {
    String DOMAIN = "bench.test";
    String PASSWORD = "benchpw1";
    String SECRET = "s3cr3t0000000000Ab1";
    int USERS = 1000;

    /** Where clients connect, plain or with STARTTLS. */
    InetSocketAddress clients();

    /** Where components connect, without TLS. */
    InetSocketAddress components();

    /** Where the receivers connect as clients: another node, when there is one. */
    default InetSocketAddress otherClients() {
        return clients();
    }

    /** Where the receivers connect as components. */
    default InetSocketAddress otherComponents() {
        return components();
    }

    /** The domain of component 1 or 2. */
    default String component(int number) {
        return "bridge" + number + "." + DOMAIN;
    }

    /** The secret of component 1 or 2. */
    default String secret(int number) {
        return SECRET;
    }
}
