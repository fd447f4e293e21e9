package org.trestle.node.turn;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.turn.stun.LongTermKey;

/**
 * What the relays of a cluster share, so that each of them accepts the same: users, keys, what was revoked, the realm. A
 * change counts on every node as soon as its entry is there. Reads are local.
 */
public final class TurnTables implements AutoCloseable {
    /** How long credentials are good for unless set otherwise: a working day with its longest call. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** The most static users: each is held in memory on every node. */
    public static final int MOST_USERS = 10_000;

    private static final String USERS = "turn-users";
    private static final String KEYS = "turn-keys";

    /** With a dot, because a node that joins a cluster may drop its own: the key that was made without being asked for. */
    private static final String MADE_KEYS = ".turn-keys";

    private static final String RELAYS = ".turn-relays";
    private static final String SETTINGS = "turn-settings";
    private static final String REALM = "realm";
    private static final String LIFETIME_KEY = "lifetime";

    /** Has a row while time-limited credentials are switched off. */
    private static final String TIME_LIMITED = "time-limited";

    private static final int SECRET_BYTES = 30;
    private static final String MEANWHILE =
            "somebody else changed this at the same moment; look with \"turn credentials list\"";

    private final Tables tables;
    private final SecureRandom random;
    private final Revocations revocations;
    private final AtomicLong changes = new AtomicLong();
    private final List<Subscription> subscriptions;
    private volatile Read read = new Read(-1, CredentialBook.EMPTY);

    /** A book, and after how many changes it was made. */
    private record Read(long after, CredentialBook book) {}

    public TurnTables(Tables tables, SecureRandom random) {
        this.tables = tables;
        this.random = random;
        this.revocations = new Revocations(tables);
        this.subscriptions = List.of(USERS, KEYS, MADE_KEYS, Revocations.TABLE, SETTINGS).stream()
                .map(table -> tables.watch(table, (before, after) -> changes.incrementAndGet()))
                .toList();
    }

    /** All credentials of this moment; made anew at the first call after a change. */
    public CredentialBook book() {
        long now = changes.get();
        Read last = read;
        if (last.after() != now) {
            last = new Read(now, load());
            read = last;
        }
        return last.book();
    }

    private CredentialBook load() {
        Map<String, StaticUser> users = new HashMap<>();
        TurnRows.all(tables.rows(USERS), TurnRows::user).forEach(user -> users.put(user.name(), user));
        List<SharedKey> keys = new ArrayList<>(TurnRows.all(tables.rows(KEYS), TurnRows::key));
        keys.addAll(TurnRows.all(tables.rows(MADE_KEYS), TurnRows::key));
        return new CredentialBook(users, keys, revocations.all(), setting(TIME_LIMITED) == null);
    }

    /** The table that has a key. */
    private String tableOf(int epoch) {
        return tables.get(MADE_KEYS, TurnRows.key(epoch)) == null ? KEYS : MADE_KEYS;
    }

    /** Adds a static user, or gives it another password. */
    public CompletionStage<Void> user(StaticUser user) {
        if (tables.get(USERS, user.name()) == null && book().users().size() >= MOST_USERS) {
            return failed("there are " + MOST_USERS + " users, which is the limit; use time-limited credentials");
        }
        return commit(Change.of().put(USERS, user.name(), TurnRows.encode(user)));
    }

    public CompletionStage<Void> removeUser(String name) {
        String key = LongTermKey.opaque(name);
        Row row = tables.get(USERS, key);
        if (row == null) {
            return failed("there is no such user; \"turn credentials list\" shows them");
        }
        return commit(Change.of().delete(USERS, key, row.version()));
    }

    /** Makes the first key when there is none yet; done by every node that serves, and harmless. */
    public CompletionStage<Void> ensureKey(Instant now) {
        if (!tables.rows(KEYS).isEmpty() || !tables.rows(MADE_KEYS).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        SharedKey first = new SharedKey(1, secret(), now, null);
        return tables.commit(Change.of()
                        .put(MADE_KEYS, TurnRows.key(1), TurnRows.encode(first), Change.ABSENT)
                        .build())
                .thenApply(outcome -> null);
    }

    /**
     * Takes a new key into use; all others stay as they are.
     *
     * @param secret one that others have too, or null for one of our own making
     */
    public CompletionStage<SharedKey> rotate(@Nullable String secret, Instant now) {
        List<SharedKey> keys = new ArrayList<>(book().keys());
        Change.Builder change = Change.of();
        int next = keys.isEmpty() ? 1 : keys.get(0).epoch() + 1;
        if (keys.size() >= CredentialBook.MOST_KEYS) {
            SharedKey oldest = keys.get(keys.size() - 1);
            if (keys.stream().allMatch(SharedKey::valid)) {
                return failed("there are " + keys.size() + " valid keys, which is the limit; retire the oldest first: "
                        + "\"turn credentials retire " + oldest.epoch() + "\"");
            }
            SharedKey gone = keys.stream()
                    .filter(key -> !key.valid())
                    .reduce((newer, older) -> older)
                    .orElse(oldest);
            change.delete(tableOf(gone.epoch()), TurnRows.key(gone.epoch()));
        }
        if (secret != null && keys.stream().anyMatch(key -> key.secret().equals(secret))) {
            return failed("this key is there already; nothing was changed");
        }
        SharedKey fresh = new SharedKey(next, secret == null ? secret() : secret, now, null);
        change.put(KEYS, TurnRows.key(next), TurnRows.encode(fresh), Change.ABSENT);
        revocations.touch(change);
        return commit(change).thenApply(done -> fresh);
    }

    /** Refuses everything made with a key from now on. */
    public CompletionStage<Void> retire(int epoch, Instant now) {
        String table = tableOf(epoch);
        Row row = tables.get(table, TurnRows.key(epoch));
        SharedKey key = row == null ? null : TurnRows.key(row);
        if (row == null || key == null) {
            return failed("there is no key with epoch " + epoch + "; \"turn credentials list\" shows them");
        }
        if (!key.valid()) {
            return CompletableFuture.completedFuture(null);
        }
        if (book().keys().stream().filter(SharedKey::valid).count() == 1) {
            return failed("this is the only valid key, and clients would get no credentials; make another one first: "
                    + "\"turn credentials rotate\"");
        }
        Change.Builder change = Change.of().put(table, row.key(), TurnRows.encode(key.retired(now)), row.version());
        revocations.drop(
                change,
                book().keys().stream().filter(other -> other.epoch() != epoch).toList(),
                "");
        return commit(change);
    }

    /**
     * Refuses everything that was made for {@code name} until now, here or by whoever else has a key, whatever its expiry;
     * forgets revocations that no longer matter. What {@link CredentialBook#issue} makes from then on is good.
     */
    public CompletionStage<Void> revoke(String name) {
        List<SharedKey> keys = book().keys();
        if (keys.isEmpty()) {
            return failed("there is no key yet, so nobody has time-limited credentials");
        }
        if (revocations.full(name)) {
            return failed("there are " + Revocations.MOST + " revoked names, which is the limit; make a new key and "
                    + "retire the others: \"turn credentials rotate\", \"turn credentials retire\"");
        }
        Change.Builder change = Change.of();
        revocations.drop(change, keys, name);
        revocations.add(change, name, keys);
        return commit(change);
    }

    /** The realm, or null while the domain is it. */
    public @Nullable String realm() {
        return setting(REALM);
    }

    public CompletionStage<Void> realm(String realm) {
        return commit(Change.of().put(SETTINGS, REALM, utf8(realm)));
    }

    /** How long fresh credentials are good for. */
    public Duration lifetime() {
        String text = setting(LIFETIME_KEY);
        return text == null ? LIFETIME : Duration.ofSeconds(Long.parseLong(text));
    }

    public CompletionStage<Void> lifetime(Duration lifetime) {
        return commit(Change.of().put(SETTINGS, LIFETIME_KEY, utf8(Long.toString(lifetime.toSeconds()))));
    }

    /** Whether time-limited credentials are made and accepted; they are unless this was called. */
    public CompletionStage<Void> timeLimited(boolean on) {
        if (on == book().timeLimited()) {
            return CompletableFuture.completedFuture(null);
        }
        return commit(
                on ? Change.of().delete(SETTINGS, TIME_LIMITED) : Change.of().put(SETTINGS, TIME_LIMITED, utf8("off")));
    }

    /** The relays that their nodes have told of, ordered by node; their nodes may be down. */
    public List<RelayAddress> relays() {
        return TurnRows.all(tables.rows(RELAYS), TurnRows::relay);
    }

    public CompletionStage<Void> announce(RelayAddress relay) {
        return commit(Change.of().put(RELAYS, relay.node().value(), TurnRows.encode(relay)));
    }

    public CompletionStage<Void> withdraw(NodeId node) {
        if (tables.get(RELAYS, node.value()) == null) {
            return CompletableFuture.completedFuture(null);
        }
        return commit(Change.of().delete(RELAYS, node.value()));
    }

    /** Calls {@code changed} after each change of the realm; must not block. */
    public Subscription watchRealm(Runnable changed) {
        return tables.watch(SETTINGS, (before, after) -> {
            Row row = after == null ? before : after;
            if (row != null && row.key().equals(REALM)) {
                changed.run();
            }
        });
    }

    private CompletionStage<Void> commit(Change.Builder change) {
        return tables.commit(change.build())
                .thenCompose(
                        outcome -> outcome.applied() ? CompletableFuture.completedFuture(null) : failed(MEANWHILE));
    }

    private @Nullable String setting(String key) {
        Row row = tables.get(SETTINGS, key);
        return row == null ? null : new String(row.value(), StandardCharsets.UTF_8);
    }

    private String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> CompletionStage<T> failed(String message) {
        return CompletableFuture.failedFuture(new TurnException(message));
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
    }
}
