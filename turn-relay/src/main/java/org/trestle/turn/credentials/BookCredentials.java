package org.trestle.turn.credentials;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Credentials;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;

/**
 * Answers a relay from the book of the moment. A name that is time-limited counts for the quotas as the name after the
 * colon, so that fresh credentials do not make a fresh quota. Any thread.
 */
public final class BookCredentials implements Credentials {
    private final Supplier<CredentialBook> book;
    private final String realm;
    private final LongSupplier clock;
    private volatile Hashes hashes;

    /** The users of a book by USERHASH. Names that are time-limited cannot be among them: nobody knows them before. */
    private record Hashes(CredentialBook book, Map<String, StaticUser> users) {}

    /** @param clock the wall clock in milliseconds since 1970 */
    public BookCredentials(Supplier<CredentialBook> book, String realm, LongSupplier clock) {
        this.book = book;
        this.realm = realm;
        this.clock = clock;
        this.hashes = new Hashes(CredentialBook.EMPTY, Map.of());
    }

    @Override
    public Answer byName(byte[] username) {
        String name = new String(username, StandardCharsets.UTF_8);
        CredentialBook now = book.get();
        Instant moment = Instant.ofEpochMilli(clock.getAsLong());
        List<Candidate> candidates = now.candidates(name, moment);
        List<Key> good = new ArrayList<>(candidates.size());
        List<Retired> retired = new ArrayList<>();
        for (Candidate candidate : candidates) {
            Key key = new PasswordKey(username, realm, candidate);
            var refusal = candidate.refusal();
            if (refusal == null) {
                good.add(key);
            } else {
                retired.add(new Retired(key, reason(refusal.cause()), refusal.words()));
            }
        }
        if (good.isEmpty()) {
            var mismatch = now.mismatch(name, moment);
            return new Unknown(reason(mismatch.cause()), mismatch.words(), retired);
        }
        return new Known(name, account(now, name), good, retired, Long.MAX_VALUE);
    }

    @Override
    public String mismatch(String username) {
        return book.get()
                .mismatch(username, Instant.ofEpochMilli(clock.getAsLong()))
                .words();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // a book is immutable: the same object is the quick question
    public Answer byHash(byte[] userHash) {
        CredentialBook now = book.get();
        Hashes known = hashes;
        if (known.book() != now) {
            known = hash(now);
            hashes = known;
        }
        StaticUser user = known.users().get(text(userHash));
        return user == null
                ? new Unknown(Refusal.UNKNOWN_USER, "no user has this USERHASH", List.of())
                : byName(user.name().getBytes(StandardCharsets.UTF_8));
    }

    private Hashes hash(CredentialBook now) {
        Map<String, StaticUser> users = new HashMap<>();
        now.users().values().forEach(user -> users.put(text(LongTermKey.userHash(user.name(), realm)), user));
        return new Hashes(now, users);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String account(CredentialBook book, String name) {
        TimeLimited limited = book.users().containsKey(name) ? null : TimeLimited.parse(name);
        return limited == null ? name : limited.name();
    }

    private static Refusal reason(Cause cause) {
        return switch (cause) {
            case UNKNOWN_USER -> Refusal.UNKNOWN_USER;
            case WRONG_PASSWORD -> Refusal.WRONG_PASSWORD;
            case EXPIRED -> Refusal.EXPIRED;
            case CLOCK_OFF -> Refusal.CLOCK_OFF;
            case OLD_KEY -> Refusal.RETIRED_KEY;
            case REVOKED -> Refusal.REVOKED;
            case SWITCHED_OFF -> Refusal.SWITCHED_OFF;
        };
    }

    /** The long-term keys of one password; made when they are asked for. */
    private record PasswordKey(byte[] username, String realm, Candidate candidate) implements Key {
        @Override
        public String label() {
            return candidate.epoch() == 0 ? "static user" : "epoch " + candidate.epoch();
        }

        @Override
        public byte @Nullable [] bytes(PasswordAlgorithm algorithm) {
            return LongTermKey.of(algorithm, username, realm, candidate.password());
        }

        @Override
        public String toString() {
            return label();
        }
    }
}
