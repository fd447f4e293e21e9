package org.trestle.xmpp.feature.offline;

/**
 * How much is kept. What would go beyond is answered with {@code service-unavailable} and counted as {@code
 * xmpp.offline.refused}. Each node counts what it knows of, so several that store at the same moment can go beyond by what
 * they had under way.
 *
 * @param messages of one account
 * @param bytes of one account
 * @param total bytes of all accounts; all of it is in the memory of every node
 * @param underWay bytes that this node has given to the cluster and has no answer for
 * @param batch bytes that a session is sent before it is asked whether it has got them
 */
record OfflineLimits(int messages, int bytes, long total, long underWay, int batch) {
    static final OfflineLimits DEFAULT =
            new OfflineLimits(200, 1024 * 1024, 128L * 1024 * 1024, 8L * 1024 * 1024, 128 * 1024);

    /** Messages that a session is sent before it is asked whether it has got them. */
    static final int BATCH_MESSAGES = 50;

    /** The biggest message that is kept, in bytes of its content: a row of the tables holds no more. */
    static final int BIGGEST = 256 * 1024;
}
