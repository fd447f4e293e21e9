package org.trestle.turn.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.turn.relay.AllocationView;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.RelayEvents;

/**
 * Logs each cause of refusal once a minute, client address and user, however often it happens, and no more than a few lines a
 * second in all; the rest is counted and told with the next line. What belongs to a healthy dialogue (the first 401, a
 * stale nonce) is counted only. Any thread.
 */
public final class RelayJournal implements RelayEvents {
    /** One line of a cause and an address in this time. */
    public static final Duration SAME = Duration.ofMinutes(1);

    /** Lines of all causes in one second. */
    public static final int LINES_A_SECOND = 5;

    /** Users of one address that have lines of their own for a cause; all others behind it share one. */
    public static final int USERS_OF_AN_ADDRESS = 8;

    /** Causes, addresses and users that are remembered; the longest silent one is forgotten for a new one. */
    public static final int REMEMBERED = 512;

    /** The most characters of a user name in a line. */
    static final int NAME_SHOWN = 80;

    private static final Logger log = LoggerFactory.getLogger("org.trestle.turn.refused");

    private final LongSupplier clock;
    private final Object lock = new Object();
    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<String, KeyUse> keys = new HashMap<>();
    private long second;
    private int linesThisSecond;
    private long unsaid;

    private final Map<Source, Integer> users = new HashMap<>();

    private record Source(Refusal cause, String address) {}

    /** @param user empty for nobody, and for all who have no line of their own */
    private record Key(Source source, String user) {}

    private static final class Entry {
        private final long first;
        private long last;
        private long count;
        private long logged = Long.MIN_VALUE;
        private long countWhenLogged;
        private @Nullable String username;
        private String detail = "";

        Entry(long first) {
            this.first = first;
        }
    }

    /**
     * How a key is used on this node.
     *
     * @param allocations that were opened with it since the node started
     * @param last when the last one was
     */
    public record KeyUse(long allocations, Instant last) {}

    /** @param clock the wall clock in milliseconds since 1970 */
    public RelayJournal(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public void opened(AllocationView allocation) {
        Instant now = Instant.ofEpochMilli(clock.getAsLong());
        synchronized (lock) {
            KeyUse before = keys.get(allocation.keyLabel());
            if (before != null || keys.size() < REMEMBERED) {
                keys.put(allocation.keyLabel(), new KeyUse(before == null ? 1 : before.allocations() + 1, now));
            }
        }
    }

    @Override
    public void closed(AllocationView allocation, String why) {
        if (log.isDebugEnabled()) {
            log.debug(
                    "user={} client={} allocation ended: {}",
                    Printable.quoted(allocation.username(), NAME_SHOWN),
                    allocation.client(),
                    why);
        }
    }

    @Override
    public void refused(FiveTuple client, @Nullable String username, Refusal reason, String detail) {
        if (reason.isNormal()) {
            return;
        }
        String line = line(client.client().ip().getHostAddress(), username, reason, detail);
        if (line != null) {
            log.warn("{}", line);
        }
    }

    /** Counts a refusal; the line to log, or null when enough was said. */
    @Nullable
    String line(String address, @Nullable String username, Refusal reason, String detail) {
        long now = clock.getAsLong();
        synchronized (lock) {
            Entry entry = entry(new Source(reason, address), username == null ? "" : user(username), now);
            forgetEldest();
            entry.last = now;
            entry.count++;
            entry.username = username == null ? null : Printable.quoted(username, NAME_SHOWN);
            entry.detail = Printable.of(detail);
            boolean saidLately = entry.logged != Long.MIN_VALUE && now - entry.logged < SAME.toMillis();
            if (saidLately || !mayLog(now)) {
                unsaid += saidLately ? 0 : 1;
                return null;
            }
            String text = words(address, entry, reason);
            entry.logged = now;
            entry.countWhenLogged = entry.count;
            unsaid = 0;
            return text;
        }
    }

    private Entry entry(Source source, String user, long now) {
        Entry known = entries.get(new Key(source, user));
        if (known != null) {
            return known;
        }
        boolean own = !user.isEmpty() && users.getOrDefault(source, 0) < USERS_OF_AN_ADDRESS;
        if (own) {
            users.merge(source, 1, Integer::sum);
        }
        return entries.computeIfAbsent(new Key(source, own ? user : ""), key -> new Entry(now));
    }

    /** A name without the time in it, so that each user is one, whatever credentials it has. */
    private static String user(String username) {
        int colon = username.indexOf(':');
        boolean timed = colon > 0 && username.chars().limit(colon).allMatch(c -> c == ';' || (c >= '0' && c <= '9'));
        return Printable.quoted(timed ? username.substring(colon + 1) : username, NAME_SHOWN);
    }

    private boolean mayLog(long now) {
        long thisSecond = now / 1000;
        if (thisSecond != second) {
            second = thisSecond;
            linesThisSecond = 0;
        }
        return linesThisSecond++ < LINES_A_SECOND;
    }

    private String words(String address, Entry entry, Refusal reason) {
        long more = entry.count - entry.countWhenLogged - 1;
        return "client=" + address + (entry.username == null ? "" : " user=" + entry.username) + " cause="
                + word(reason) + " code=" + reason.code().number() + ": "
                + (entry.detail.isEmpty() ? reason.words() : entry.detail)
                + (more > 0 ? " (" + more + " more like this)" : "")
                + (unsaid > 0 ? " (" + unsaid + " others were not logged, \"turn refusals\" counts them)" : "");
    }

    private void forgetEldest() {
        if (entries.size() > REMEMBERED) {
            var eldest = entries.entrySet().iterator();
            Key gone = eldest.next().getKey();
            eldest.remove();
            if (!gone.user().isEmpty()) {
                users.computeIfPresent(gone.source(), (source, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** What was refused, the latest first. */
    public List<RefusalLine> refusals() {
        List<RefusalLine> lines = new ArrayList<>();
        synchronized (lock) {
            entries.forEach((key, entry) -> lines.add(new RefusalLine(
                    key.source().cause(),
                    key.source().address(),
                    entry.username,
                    entry.detail,
                    entry.count,
                    Instant.ofEpochMilli(entry.first),
                    Instant.ofEpochMilli(entry.last))));
        }
        lines.sort(Comparator.comparing(RefusalLine::last).reversed());
        return lines;
    }

    /** The use of each key, by its label. */
    public Map<String, KeyUse> keys() {
        synchronized (lock) {
            return new TreeMap<>(keys);
        }
    }

    /** A cause as counters and logs spell it: {@code wrong-password}. */
    public static String word(Refusal reason) {
        return reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
