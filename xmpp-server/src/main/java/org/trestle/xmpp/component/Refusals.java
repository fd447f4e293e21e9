package org.trestle.xmpp.component;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.callbridge.Verdict;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.time.Timers;

/**
 * What the operator reads about components that were turned away. A call bridge tries again every few seconds: the same
 * sentence is said once a minute, and the last {@value #REMEMBERED} sentences are remembered.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int REMEMBERED = 256;

    private final Cluster cluster;
    private final Timers timers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> said = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > REMEMBERED;
        }
    };

    Refusals(Cluster cluster, Timers timers) {
        this.cluster = cluster;
        this.timers = timers;
    }

    void refused(Verdict verdict) {
        ClusterStatus status = cluster.status();
        String words = verdict.words();
        say(
                words.endsWith(".") ? words : words + ".",
                " Nodes agree: " + status.votersUp() + "/" + status.voters() + ".");
    }

    void unknownDomain(String domain, Set<String> domains) {
        say(
                "a component wants to connect as \"" + shown(domain) + "\", which is not below a domain of this server",
                " (" + String.join(", ", new TreeSet<>(domains)) + ")");
    }

    private static String shown(String domain) {
        return domain.length() > 80 ? domain.substring(0, 80) + "…" : domain;
    }

    private void say(String words, String more) {
        if (isNew(words)) {
            LOG.warn("{}{}", words, more);
        }
    }

    private boolean isNew(String words) {
        lock.lock();
        try {
            long now = timers.nanos();
            Long before = said.get(words);
            if (before != null && now - before < QUIET.toNanos()) {
                return false;
            }
            said.remove(words);
            said.put(words, now);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
