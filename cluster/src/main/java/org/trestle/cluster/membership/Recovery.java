package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.pki.NodeIdentity;
import org.trestle.cluster.time.Timers;

/** Puts the directories in order before anything is opened, after whatever the last run was in the middle of. */
public final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private Recovery() {}

    /** Says how the life in {@code data/cluster} is to begin, which is there when this returns. */
    public static LogEngine.Start prepare(Path data, Timers timers, SecureRandom random) throws IOException {
        Journal journal = new Journal(data);
        Places places = new Places(data);
        Journal.Entry unfinished = journal.read();
        if (unfinished == null) {
            tidy(places);
            new Carried(data).clear();
            found(places, timers, random);
            return places.founding() ? LogEngine.Start.BOOTSTRAP : LogEngine.Start.RESUME;
        }
        if (unfinished.kind() == Journal.Kind.JOIN) {
            return afterJoin(places, journal, unfinished);
        }
        return afterLeave(places, journal, unfinished, timers, random);
    }

    private static LogEngine.Start afterJoin(Places places, Journal journal, Journal.Entry unfinished)
            throws IOException {
        if (unfinished.done().equals(Joiner.SWAPPED)) {
            return LogEngine.Start.JOIN;
        }
        places.unswap(places.former, CrashPoint.NONE);
        if (unfinished.done().equals(Arrival.UNDOING)) {
            Durable.deleteTree(places.next);
            journal.clear();
            LOG.info("an attempt to join a cluster was undone");
        } else {
            LOG.info("joining a cluster was interrupted before this node was changed; to go on, run the same \"xmpp "
                    + "cluster join\" again");
        }
        return places.founding() ? LogEngine.Start.BOOTSTRAP : LogEngine.Start.RESUME;
    }

    private static LogEngine.Start afterLeave(
            Places places, Journal journal, Journal.Entry unfinished, Timers timers, SecureRandom random)
            throws IOException {
        if (unfinished.done().equals(Leaver.TOLD)) {
            Leaver.exchange(places, timers.now(), random, CrashPoint.NONE);
            journal.write(unfinished.after(Leaver.SWAPPED));
        }
        return places.founding() ? LogEngine.Start.BOOTSTRAP : LogEngine.Start.RESUME;
    }

    private static void tidy(Places places) throws IOException {
        if (!Files.exists(places.present) && Files.exists(places.former)) {
            Durable.rename(places.former, places.present);
        }
        Durable.deleteTree(places.next);
        Durable.deleteTree(places.former);
        Durable.deleteTree(places.left);
    }

    private static void found(Places places, Timers timers, SecureRandom random) throws IOException {
        if (NodeIdentity.present(places.present)) {
            return;
        }
        String foreign = foreign(places.present.resolve("log"));
        if (foreign != null) {
            throw new IOException(foreign);
        }
        Places.found(places.present, timers.now(), random);
        LOG.info("first start: this node is stand-alone");
    }

    private static @Nullable String foreign(Path log) {
        return Files.exists(log)
                ? log
                        + " is there but the node's identity beside it is not. Restore node.id, node.key, node.crt and ca.crt "
                        + "from a backup; or move the directory away to start with an empty node, and join again."
                : null;
    }
}
