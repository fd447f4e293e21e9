package org.trestle.xmpp.feature.roster;

/**
 * How big a roster may be; each refusal is counted as {@code xmpp.roster.refused} with the tag {@code limit}.
 *
 * @param items contacts in the roster of one account
 * @param requests of people who have asked for a subscription and were not answered
 * @param groups that one item is in
 * @param name characters of the name of an item, and of the name of a group
 * @param request bytes of what is said in a request; a longer one is passed on and kept without them
 * @param bytes of one roster as it is replicated
 */
record RosterLimits(int items, int requests, int groups, int name, int request, int bytes) {

    /** Two rosters must fit into one command of the cluster, which has 512 KiB. */
    static final RosterLimits DEFAULT = new RosterLimits(1_000, 200, 20, 256, 4_096, 240 * 1024);
}
