package org.trestle.turn.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All credentials of a moment. Immutable: a change makes another book, which counts from the next request on.
 *
 * @param users static users by name
 * @param keys shared keys, the newest first, retired ones among them
 * @param revoked whose time-limited credentials were taken back, by name
 * @param timeLimited whether time-limited credentials are made and accepted; keys stay as they are while they are not
 */
public record CredentialBook(
        Map<String, StaticUser> users, List<SharedKey> keys, Map<String, Revocation> revoked, boolean timeLimited) {

    /** Credentials that expired less than this ago may be new ones, made by a clock that is behind. */
    public static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /** The most keys that are kept, retired ones among them: one HMAC each per request of a time-limited name. */
    public static final int MOST_KEYS = 8;

    private static final String OFF = "it would be good, but time-limited credentials are switched off"
            + " (\"turn short_term_credentials_mode enable\")";

    /** Nobody is let in. */
    public static final CredentialBook EMPTY = new CredentialBook(Map.of(), List.of(), Map.of());

    public CredentialBook {
        users = Map.copyOf(users);
        keys = keys.stream()
                .sorted(Comparator.comparingInt(SharedKey::epoch).reversed())
                .toList();
        revoked = Map.copyOf(revoked);
    }

    /** A book in which time-limited credentials are good. */
    public CredentialBook(Map<String, StaticUser> users, List<SharedKey> keys, Map<String, Revocation> revoked) {
        this(users, keys, revoked, true);
    }

    /** A book of static users only. */
    public static CredentialBook of(List<StaticUser> users) {
        Map<String, StaticUser> byName = new HashMap<>();
        users.forEach(user -> byName.put(user.name(), user));
        return new CredentialBook(byName, List.of(), Map.of());
    }

    /**
     * The passwords that {@code username} may have, the likelier first; none when nobody has this name. The first one that
     * fits the request decides.
     */
    public List<Candidate> candidates(String username, Instant now) {
        StaticUser user = users.get(username);
        if (user != null) {
            return List.of(new Candidate(user.password(), null, 0));
        }
        TimeLimited name = TimeLimited.parse(username);
        if (name == null || keys.isEmpty()) {
            return List.of();
        }
        List<Candidate> candidates = new ArrayList<>(keys.size());
        for (SharedKey key : keys) {
            Refusal refusal = refusal(name, key, now);
            candidates.add(new Candidate(TimeLimited.password(key.secret(), username), refusal, key.epoch()));
        }
        return candidates;
    }

    /** Why nothing fits: for a request whose MESSAGE-INTEGRITY none of the {@link #candidates} explains. */
    public Refusal mismatch(String username, Instant now) {
        if (users.containsKey(username)) {
            return new Refusal(
                    Cause.WRONG_PASSWORD,
                    "the user is known, the password is wrong (\"turn credentials add\" sets it)");
        }
        TimeLimited name = TimeLimited.parse(username);
        if (name == null) {
            return new Refusal(
                    Cause.UNKNOWN_USER,
                    "there is no such user, nor is the name of the form expiry:name (\"turn credentials list\")");
        }
        if (keys.isEmpty()) {
            return new Refusal(
                    Cause.UNKNOWN_USER,
                    "the name is time-limited, but there is no shared key (\"turn credentials rotate\" makes one)");
        }
        String when = now.isAfter(name.expiry()) ? "; it has expired besides, " + ago(name.expiry(), now) : "";
        return new Refusal(
                Cause.WRONG_PASSWORD,
                "the name is time-limited, the password follows from none of the keys that are known (epochs "
                        + epochs() + ")" + when + ": compare the key of whoever made it");
    }

    /** Credentials for {@code name} with the newest valid key; null while there is none, or while they are switched off. */
    public @Nullable Issued issue(String name, Duration lifetime, Instant now) {
        SharedKey newest = newest();
        if (newest == null || !timeLimited) {
            return null;
        }
        Instant expires = Instant.ofEpochSecond(now.plus(lifetime).getEpochSecond());
        Revocation last = revoked.get(name);
        String username = new TimeLimited(expires, last == null ? 0 : last.generation(), name).username();
        return new Issued(username, TimeLimited.password(newest.secret(), username), expires, newest.epoch());
    }

    /** The key that credentials are made with, or null. */
    public @Nullable SharedKey newest() {
        return keys.stream().filter(SharedKey::valid).findFirst().orElse(null);
    }

    /** What to refuse {@code name} with although its password follows from {@code key}; null when it is good. */
    private @Nullable Refusal refusal(TimeLimited name, SharedKey key, Instant now) {
        if (!key.valid()) {
            return oldKey(key);
        }
        if (now.isAfter(name.expiry())) {
            return late(name, now);
        }
        Revocation last = revoked.get(name.name());
        if (last == null || !last.refuses(name.generation(), key.epoch())) {
            return timeLimited ? null : new Refusal(Cause.SWITCHED_OFF, OFF);
        }
        return new Refusal(
                Cause.REVOKED,
                "its user was revoked: what is made from now on is good, and has generation " + last.generation()
                        + " in its name; a program that makes them needs that (\"turn credentials list\") or a newer key");
    }

    private static Refusal late(TimeLimited name, Instant now) {
        Duration since = Duration.between(name.expiry(), now);
        if (since.compareTo(CLOCKS_DIFFER) < 0) {
            return new Refusal(
                    Cause.CLOCK_OFF,
                    "expired " + ago(name.expiry(), now) + ": when it was made just now, and is not of a long call, the"
                            + " clock of whoever made it is off by " + since.toSeconds() + " s or more");
        }
        return new Refusal(Cause.EXPIRED, "expired " + ago(name.expiry(), now) + ": its user needs new credentials");
    }

    private Refusal oldKey(SharedKey key) {
        int newest = keys.get(0).epoch();
        return new Refusal(
                Cause.OLD_KEY,
                "made with the key of epoch " + key.epoch() + " of " + newest
                        + ", which is valid no longer: give whoever made it the newest key"
                        + " (\"turn credentials list --show-secrets\")");
    }

    /** "7, 6 retired". */
    private String epochs() {
        return String.join(
                ", ",
                keys.stream()
                        .map(key -> key.epoch() + (key.valid() ? "" : " retired"))
                        .toList());
    }

    /** "94 s ago", "3 h ago". */
    private static String ago(Instant then, Instant now) {
        long seconds = Duration.between(then, now).toSeconds();
        if (seconds < 120) {
            return seconds + " s ago";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min ago";
        }
        return seconds < 172_800 ? seconds / 3600 + " h ago" : seconds / 86_400 + " days ago";
    }

    @Override
    public String toString() {
        return "CredentialBook[" + users.size() + " users, keys " + keys + "]";
    }
}
