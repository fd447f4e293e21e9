package org.trestle.auth.callbridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;

/** The call bridges in the replicated table {@code callbridges}: key = name, value = a version octet and the secret. */
public final class TableCallBridges implements CallBridges {

    /** The most call bridges of a cluster: a refused handshake tries the secrets of all of them. */
    public static final int LIMIT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(TableCallBridges.class);
    private static final String TABLE = "callbridges";
    private static final String GRANTS = "callbridge-grants";
    private static final byte VERSION = 1;
    private static final int NAME_LIMIT = 63;
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]*[a-z0-9])?");
    private static final int SHA1_HEX_DIGITS = 40;

    private final Tables tables;
    private final ClusterKey clusterKey;
    private final SecureRandom random;

    public TableCallBridges(Tables tables, ClusterKey clusterKey, SecureRandom random) {
        this.tables = tables;
        this.clusterKey = clusterKey;
        this.random = random;
    }

    @Override
    public Verdict check(String name, String streamId, String digestHex) {
        String wanted = shortened(name).toLowerCase(Locale.ROOT);
        byte[] digest = digest(digestHex);
        CallBridge known = find(wanted);
        if (known != null && MessageDigest.isEqual(handshake(streamId, known.secret()), digest)) {
            return new Verdict.Accepted(known.name());
        }
        CallBridge owner = ownerOf(streamId, digest);
        if (known == null) {
            return new Verdict.Unknown(wanted, owner == null ? null : owner.name());
        }
        return new Verdict.WrongSecret(
                known.name(),
                known.fingerprint(),
                owner == null ? null : owner.name(),
                owner == null ? null : owner.fingerprint());
    }

    @Override
    public CompletionStage<CallBridge> add(String name) {
        return write(name, Secret.random(random), false);
    }

    @Override
    public CompletionStage<CallBridge> addSecret(String name, Secret secret) {
        return write(name, secret, true);
    }

    @Override
    public CompletionStage<Void> del(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        Row row = tables.get(TABLE, key);
        if (row == null) {
            return failed("there is no call bridge named \"" + shortened(name) + "\"; to see them, type: "
                    + "xmpp callbridge list");
        }
        Change change = Change.of()
                .delete(TABLE, key, row.version())
                .delete(GRANTS, key)
                .build();
        return tables.commit(change)
                .thenCompose(outcome -> outcome.applied()
                        ? CompletableFuture.<Void>completedFuture(null)
                        : failed("call bridge " + key + " was changed by somebody else at the same moment; look with: "
                                + "xmpp callbridge list"));
    }

    @Override
    public CompletionStage<Void> grant(String name, boolean granted) {
        String key = name.toLowerCase(Locale.ROOT);
        if (tables.get(TABLE, key) == null) {
            return failed("there is no call bridge named \"" + shortened(name) + "\"; to see them, type: "
                    + "xmpp callbridge list");
        }
        Change.Builder change = Change.of();
        return tables.commit(
                        (granted ? change.put(GRANTS, key, new byte[] {VERSION}) : change.delete(GRANTS, key)).build())
                .thenApply(done -> null);
    }

    @Override
    public boolean isGranted(String name) {
        return tables.get(GRANTS, name) != null && tables.get(TABLE, name) != null;
    }

    @Override
    public List<CallBridge> list() {
        List<CallBridge> bridges = new ArrayList<>();
        for (Row row : tables.rows(TABLE)) {
            Secret secret = secret(row);
            if (secret != null) {
                bridges.add(callBridge(row.key(), secret));
            }
        }
        return bridges;
    }

    @Override
    public @Nullable CallBridge find(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        Row row = tables.get(TABLE, key);
        Secret secret = row == null ? null : secret(row);
        return secret == null ? null : callBridge(key, secret);
    }

    @Override
    public Subscription onRevoked(Consumer<String> listener) {
        return tables.watch(TABLE, (before, after) -> {
            if (before != null && (after == null || !MessageDigest.isEqual(before.value(), after.value()))) {
                listener.accept(before.key());
            }
        });
    }

    private CompletionStage<CallBridge> write(String name, Secret secret, boolean sameIsFine) {
        String key = name.toLowerCase(Locale.ROOT);
        if (key.length() > NAME_LIMIT || !NAME.matcher(key).matches()) {
            return failed(reasonAgainst(name));
        }
        if (tables.rows(TABLE).size() >= LIMIT && tables.get(TABLE, key) == null) {
            return failed("there are " + LIMIT + " call bridges, which is the limit; delete one first");
        }
        Change change =
                Change.of().put(TABLE, key, encoded(secret), Change.ABSENT).build();
        return clusterKey
                .ensure()
                .thenCompose(ready -> tables.commit(change))
                .thenCompose(outcome -> outcome.applied()
                        ? CompletableFuture.completedFuture(callBridge(key, secret))
                        : alreadyThere(key, secret, sameIsFine));
    }

    private CompletionStage<CallBridge> alreadyThere(String key, Secret secret, boolean sameIsFine) {
        CallBridge existing = find(key);
        if (existing != null && sameIsFine && existing.secret().equals(secret)) {
            return CompletableFuture.completedFuture(existing);
        }
        return failed("call bridge " + key + " exists already"
                + (sameIsFine ? " with another secret" : ", on all nodes")
                + "; to replace it, type: xmpp callbridge del " + key);
    }

    private @Nullable CallBridge ownerOf(String streamId, byte[] digest) {
        CallBridge owner = null;
        for (CallBridge bridge : list()) { // all of them, so that the time does not tell which one it was
            if (MessageDigest.isEqual(handshake(streamId, bridge.secret()), digest)) {
                owner = bridge;
            }
        }
        return owner;
    }

    private CallBridge callBridge(String name, Secret secret) {
        byte[] print = clusterKey.derive("call bridge fingerprint", secret.reveal());
        HexFormat hex = HexFormat.of().withUpperCase();
        return new CallBridge(name, secret, hex.toHexDigits(print[0]) + "-" + hex.toHexDigits(print[1]));
    }

    private static String reasonAgainst(String name) {
        int dot = name.indexOf('.');
        if (dot > 0) {
            return "a call bridge's name has no domain part: \"" + shortened(name.substring(0, dot)) + "\", not \""
                    + shortened(name) + "\"";
        }
        return "\"" + shortened(name) + "\" cannot be a call bridge's name: use 1 to " + NAME_LIMIT
                + " letters, digits, hyphens and underscores, with a letter or digit at both ends";
    }

    private static byte[] encoded(Secret secret) {
        byte[] text = secret.reveal().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + text.length).put(VERSION).put(text).array();
    }

    private static @Nullable Secret secret(Row row) {
        byte[] value = row.value();
        if (value.length < 2 || value[0] != VERSION) {
            LOG.warn("call bridge {} was written by a newer version of this program; update this node", row.key());
            return null;
        }
        try {
            return Secret.of(new String(value, 1, value.length - 1, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException damaged) {
            LOG.warn("the secret of call bridge {} is damaged; delete the call bridge and add it again", row.key());
            return null;
        }
    }

    private static byte[] handshake(String streamId, Secret secret) {
        try {
            return MessageDigest.getInstance("SHA-1")
                    .digest((streamId + secret.reveal()).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime lacks SHA-1", missing);
        }
    }

    /** The octets, or none when the text is not 40 hexadecimal digits: that equals no digest. */
    private static byte[] digest(String hex) {
        String text = hex.strip();
        if (text.length() != SHA1_HEX_DIGITS || !text.chars().allMatch(HexFormat::isHexDigit)) {
            return new byte[0];
        }
        return HexFormat.of().parseHex(text);
    }

    private static String shortened(String text) {
        String visible = text.length() <= NAME_LIMIT ? text : text.substring(0, NAME_LIMIT) + "...";
        return visible.replaceAll("\\p{C}", "?");
    }

    private static <T> CompletionStage<T> failed(String message) {
        return CompletableFuture.failedFuture(new CallBridgeException(message));
    }
}
