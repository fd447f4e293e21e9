package org.trestle.xmpp.feature.last;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.LastSeen;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.feature.FeatureSite;

/**
 * Collects the logins and last logouts of this node, and those that a lost node had no time to tell, and writes them down
 * together: at most one change of {@link #BATCH} accounts each {@link #PERIOD}, however many come and go.
 */
final class Sightings implements Directory.Listener {
    static final Duration PERIOD = Duration.ofSeconds(5);

    /** How long each node remembers by itself who has gone: much longer than it takes until all have it in the table. */
    static final Duration FRESH = Duration.ofMinutes(2);

    /** Accounts in one change. */
    static final int BATCH = 500;

    /** The most accounts that wait to be written; of more nothing is remembered, and they are counted. */
    static final int LIMIT = 20_000;

    /** {@code lost}: its node was, so that all the others have seen it, and the leader writes it down. */
    private record Sighting(LastSeen seen, boolean lost) {}

    private final FeatureSite site;
    private final Map<String, Sighting> waiting = new ConcurrentHashMap<>();
    /** Whose last session has ended, wherever it was, and when; until that is in the table for sure. */
    private final Map<String, Instant> fresh = new ConcurrentHashMap<>();

    private final Counter dropped;
    private volatile boolean open = true;
    private volatile Timers.@Nullable Timer timer;

    Sightings(FeatureSite site) {
        this.site = site;
        this.dropped = site.registry().counter("xmpp.last.dropped");
        arm();
    }

    @Override
    public void bound(Binding binding) {
        if (binding.node().equals(site.cluster().self())) {
            note(binding.account(), new Sighting(new LastSeen(now(), null), false));
        }
    }

    @Override
    public void unbound(Binding binding, Directory.Cause cause) {
        boolean lost = cause == Directory.Cause.NODE_LOST;
        boolean last = site.cluster().directory().bindings(binding.account()).isEmpty();
        if (last && (fresh.size() < LIMIT || fresh.containsKey(binding.account()))) {
            fresh.put(binding.account(), now());
        }
        if (last && (lost || binding.node().equals(site.cluster().self()))) {
            note(binding.account(), new Sighting(new LastSeen(null, now()), lost));
        }
    }

    private Instant now() {
        return site.timers().now();
    }

    private void note(String account, Sighting sighting) {
        if (waiting.size() >= LIMIT && !waiting.containsKey(account)) {
            dropped.increment();
            return;
        }
        waiting.merge(account, sighting, (old, now) -> new Sighting(old.seen.and(now.seen), old.lost && now.lost));
    }

    private void arm() {
        timer = site.timers().after(PERIOD, () -> {
            if (open) {
                write();
                Instant old = now().minus(FRESH);
                fresh.values().removeIf(old::isAfter);
                arm();
            }
        });
    }

    private void write() {
        if (waiting.isEmpty() || !site.cluster().serving()) {
            return;
        }
        boolean leads = site.cluster().status().role() == Role.LEADER;
        Map<String, Sighting> batch = new ConcurrentHashMap<>();
        Change.Builder change = Change.of();
        for (String account : List.copyOf(waiting.keySet())) {
            Sighting sighting = waiting.remove(account);
            if (sighting == null
                    || (sighting.lost && !leads)
                    || !site.accounts().exists(account)) {
                continue;
            }
            LastSeen.of(site.cluster().tables(), account).and(sighting.seen).write(change, account);
            batch.put(account, sighting);
            if (batch.size() == BATCH) {
                break;
            }
        }
        if (!batch.isEmpty()) {
            site.cluster().tables().commit(change.build()).whenComplete((done, failed) -> {
                if (failed != null) {
                    batch.forEach((account, old) ->
                            waiting.merge(account, old, (now, same) -> new Sighting(old.seen.and(now.seen), now.lost)));
                }
            });
        }
    }

    /** When the last session of an account ended, as this node has seen it or the table tells; null when nobody knows. */
    @Nullable
    Instant logout(String account) {
        Instant seen = fresh.get(account);
        return seen == null ? LastSeen.of(site.cluster().tables(), account).logout() : seen;
    }

    /** How many accounts wait to be written. */
    int size() {
        return waiting.size();
    }

    void close() {
        open = false;
        Timers.Timer armed = timer;
        if (armed != null) {
            armed.cancel();
        }
    }
}
