package org.trestle.xmpp.feature.adhoc;

import io.micrometer.core.instrument.Counter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.AdHocCommand;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.Jid;

/** The runs of commands that wait for their next step. Any thread. */
final class CommandSessions {
    /** How long a run waits for its next step. */
    static final Duration LIFE = Duration.ofMinutes(10);

    /** Runs of one address at once; the oldest ends for a new one. */
    static final int PER_ASKER = 16;

    /** Runs on one node at once; more are refused. */
    static final int LIMIT = 2_000;

    private static final int RANDOM_BYTES = 12;

    private final Map<String, CommandSession> open = new ConcurrentHashMap<>();
    private final AtomicLong issued = new AtomicLong();
    private final SecureRandom random = new SecureRandom();
    private final FeatureSite site;
    private final Counter full;

    CommandSessions(FeatureSite site) {
        this.site = site;
        this.full = site.registry().counter("xmpp.commands.refused", "why", "limit");
    }

    /** A new run; null when there is no room. */
    @Nullable
    CommandSession open(Jid asker, AdHocCommand command) {
        List<CommandSession> own = open.values().stream()
                .filter(session -> session.asker.equals(asker))
                .sorted(Comparator.comparingLong(CommandSession::touched))
                .toList();
        if (own.size() >= PER_ASKER) {
            open.remove(own.get(0).id);
        }
        if (open.size() >= LIMIT) {
            removeOld();
            if (open.size() >= LIMIT) {
                full.increment();
                return null;
            }
        }
        byte[] secret = new byte[RANDOM_BYTES];
        random.nextBytes(secret);
        String id = issued.incrementAndGet() + "-" + HexFormat.of().formatHex(secret);
        CommandSession session = new CommandSession(id, asker, command, now());
        open.put(id, session);
        return session;
    }

    /** The run with this id, when it is this one's and its time is not over. */
    @Nullable
    CommandSession find(String id, Jid asker, AdHocCommand command) {
        CommandSession session = open.get(id);
        if (session != null && now() - session.touched() >= LIFE.toNanos()) {
            open.remove(id);
            return null;
        }
        return session != null && session.asker.equals(asker) && session.command == command ? session : null;
    }

    /** Whether this looks like an id that was given to somebody before. */
    boolean wasIssued(String id) {
        int dash = id.indexOf('-');
        if (dash < 1 || dash > 18 || id.length() != dash + 1 + 2 * RANDOM_BYTES || open.containsKey(id)) {
            return false;
        }
        try {
            return Long.parseLong(id.substring(0, dash)) <= issued.get();
        } catch (NumberFormatException none) {
            return false;
        }
    }

    void close(CommandSession session) {
        open.remove(session.id);
    }

    private void removeOld() {
        long oldest = now() - LIFE.toNanos();
        open.values().removeIf(session -> session.touched() <= oldest);
    }

    long now() {
        return site.timers().nanos();
    }
}
