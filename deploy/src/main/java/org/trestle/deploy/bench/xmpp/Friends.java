package org.trestle.deploy.bench.xmpp;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Accounts f0, f1, …, each of which knows those next to it in a ring, up to {@value #REACH} in both directions: all
 * subscriptions are {@code both}. No other workload uses them.
 */
final class Friends {
    /** A smaller number is for a trial run. */
    static final int COUNT = Integer.getInteger("bench.friends", 1000);

    static final int REACH = 25;
    static final int CONTACTS = 2 * REACH;

    /** Asks for the roster of whoever sends it. */
    static final String ROSTER = "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>";

    private Friends() {}

    static String name(int number) {
        return "f" + number;
    }

    static String jid(int number) {
        return name(number) + "@" + XmppContender.DOMAIN;
    }

    /** Whom this one knows. */
    static List<Integer> of(int number) {
        return IntStream.rangeClosed(1, REACH)
                .flatMap(i -> IntStream.of(number + i, number - i + COUNT))
                .map(i -> i % COUNT)
                .boxed()
                .toList();
    }
}
