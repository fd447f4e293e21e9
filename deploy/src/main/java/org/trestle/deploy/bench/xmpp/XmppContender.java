package org.trestle.deploy.bench.xmpp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.trestle.deploy.bench.Contender;

/**
 * An XMPP server with the domain {@value #DOMAIN}, the users u0, u1, … and the {@link Friends}, all with one password, and
 * two components.
 */
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

    /** Whether it is measured with all kinds of traffic, or only from client to client. */
    default boolean takesAllTraffic() {
        return true;
    }

    /** Gives the friends their rosters, if they do not have them yet; called before they log in, and not measured. */
    void acquaint() throws IOException;

    /** The local parts of all accounts. */
    static List<String> accounts() {
        return Stream.concat(
                        IntStream.range(0, USERS).mapToObj(i -> "u" + i),
                        IntStream.range(0, Friends.COUNT).mapToObj(Friends::name))
                .toList();
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
