package org.trestle.turn.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.stun.LongTermKey;
import org.trestle.turn.stun.PasswordAlgorithm;

/** Users in a map. */
final class FakeCredentials implements Credentials {
    static final String REALM = "trestle.test";

    final Map<String, Answer> users = new HashMap<>();
    boolean hashes;

    /** Asked about those who are not among {@link #users}. */
    @Nullable
    Credentials others;

    /** One password. */
    record Password(String label, String name, String password) implements Key {
        @Override
        public byte @Nullable [] bytes(PasswordAlgorithm algorithm) {
            return LongTermKey.of(algorithm, name, REALM, password);
        }
    }

    FakeCredentials with(String name, String... passwords) {
        List<Key> keys = Arrays.stream(passwords)
                .<Key>map(password -> new Password("key", name, password))
                .toList();
        users.put(name, new Known(name, name, keys, List.of(), Long.MAX_VALUE));
        return this;
    }

    @Override
    public boolean knowsHashes() {
        return hashes;
    }

    @Override
    public Answer byName(byte[] username) {
        Answer user = users.get(new String(username, StandardCharsets.UTF_8));
        if (user != null) {
            return user;
        }
        return others == null ? new Unknown(Refusal.UNKNOWN_USER, "", List.of()) : others.byName(username);
    }

    @Override
    public String mismatch(String username) {
        return others == null ? "" : others.mismatch(username);
    }

    @Override
    public Answer byHash(byte[] userHash) {
        for (Map.Entry<String, Answer> user : users.entrySet()) {
            if (Arrays.equals(LongTermKey.userHash(user.getKey(), REALM), userHash)) {
                return user.getValue();
            }
        }
        return new Unknown(Refusal.UNKNOWN_USER, "", List.of());
    }
}
