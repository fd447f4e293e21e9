package org.trestle.auth.accounts;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.auth.prep.Prepared;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.auth.scram.ScramHash;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;

/** The accounts in the replicated table {@code users}: key = bare Jid, value = {@link AccountRow}. */
public final class TableAccounts implements Accounts, Credentials {

    /** The most octets of an import file. */
    public static final int IMPORT_LIMIT = 64 << 20;

    static final String TABLE = "users";

    private static final Logger LOG = LoggerFactory.getLogger(TableAccounts.class);

    private final Tables tables;
    private final KeyDerivation derivation;
    private final Belongings belongings;
    private final IncompleteAccounts incomplete;
    private final InstantSource clock;
    private final ServedDomains domains;

    public TableAccounts(Tables tables, KeyDerivation derivation) {
        this(tables, derivation, InstantSource.system());
    }

    /** Accounts of any domain; {@code clock} tells when a guest's time is over. */
    public TableAccounts(Tables tables, KeyDerivation derivation, InstantSource clock) {
        this(tables, derivation, clock, ServedDomains.ANY);
    }

    /** {@code domains}: those that an account that is added may have. */
    public TableAccounts(Tables tables, KeyDerivation derivation, InstantSource clock, ServedDomains domains) {
        this.tables = tables;
        this.clock = clock;
        this.domains = domains;
        this.derivation = derivation;
        this.belongings = new Belongings(tables);
        this.incomplete = new IncompleteAccounts(tables);
    }

    @Override
    public CompletionStage<Account> add(String jid, String password, boolean admin) {
        return add(jid, password, admin, Standing.ORDINARY);
    }

    @Override
    public CompletionStage<Account> addGuest(String jid, String password, Instant expiry) {
        return expiry.isAfter(clock.instant())
                ? add(jid, password, false, Standing.guest(expiry))
                : failed("the expiry of a guest is in the past: " + expiry);
    }

    private CompletionStage<Account> add(String jid, String password, boolean admin, Standing standing) {
        String key;
        String prepared;
        try {
            key = domains.checked(Prepared.bareJid(jid));
            prepared = Prepared.password(password);
        } catch (IllegalArgumentException notValid) {
            return failed(String.valueOf(notValid.getMessage()));
        }
        if (exists(key)) {
            return failed(existsAlready(key));
        }
        return derived(prepared)
                .thenCompose(keys -> belongings
                        .leftovers(key)
                        .thenCompose(leftovers ->
                                tables.commit(added(key, new AccountRow(admin, keys), standing, leftovers))))
                .thenCompose(outcome -> outcome.applied()
                        ? CompletableFuture.completedFuture(new Account(key, admin, standing))
                        : failed(existsAlready(key)));
    }

    /** Nothing that was written late for an account of the same name may fall to the new one. */
    private static Change added(String key, AccountRow account, Standing standing, List<Row> leftovers) {
        Change.Builder change = Change.of().put(TABLE, key, account.encode(), Change.ABSENT);
        boolean ordinary = standing.equals(Standing.ORDINARY);
        for (Row owned : leftovers) {
            if (ordinary || !owned.table().equals(Standing.TABLE)) {
                change.delete(owned.table(), owned.key());
            }
        }
        if (!ordinary) {
            change.put(Standing.TABLE, key, standing.encode());
        }
        return change.build();
    }

    @Override
    public CompletionStage<Void> passwd(String jid, String password) {
        String prepared;
        try {
            prepared = Prepared.password(password);
        } catch (IllegalArgumentException notValid) {
            return failed(String.valueOf(notValid.getMessage()));
        }
        return withRow(jid, row -> {
            boolean admin = AccountRow.decode(row).admin();
            return derived(prepared).thenCompose(keys -> replace(row, new AccountRow(admin, keys)));
        });
    }

    @Override
    public CompletionStage<Void> admin(String jid, boolean admin) {
        return withRow(
                jid,
                row -> replace(row, new AccountRow(admin, AccountRow.decode(row).keys())));
    }

    @Override
    public CompletionStage<Void> endAt(String jid, Instant expiry) {
        return withRow(
                jid,
                row -> stands(
                        row,
                        now -> new Standing(
                                now.disabled(), Standing.guest(expiry).expiry())));
    }

    @Override
    public CompletionStage<Void> enable(String jid, boolean enabled) {
        return withRow(jid, row -> stands(row, now -> new Standing(!enabled, now.expiry())));
    }

    private CompletionStage<Void> stands(Row account, UnaryOperator<Standing> change) {
        String key = account.key();
        Row standing = tables.get(Standing.TABLE, key);
        Standing changed = change.apply(Standing.decode(standing));
        long expected = standing == null ? Change.ABSENT : standing.version();
        if (!changed.equals(Standing.ORDINARY)) {
            return written(
                    key,
                    Change.of()
                            .put(Standing.TABLE, key, changed.encode(), expected)
                            .build());
        }
        return standing == null
                ? CompletableFuture.completedFuture(null)
                : written(key, Change.of().delete(Standing.TABLE, key, expected).build());
    }

    @Override
    public Standing standing(String jid) {
        return Standing.decode(tables.get(Standing.TABLE, jid));
    }

    @Override
    public boolean isAdmin(String jid) {
        Row row = tables.get(TABLE, jid);
        return row != null && AccountRow.decode(row).admin() && !standing(jid).closed(clock.instant());
    }

    @Override
    public CompletionStage<Void> del(String jid) {
        return withRow(
                jid,
                row -> belongings.without(row.key()).thenCompose(rest -> {
                    Change.Builder change = Change.of().delete(TABLE, row.key(), row.version());
                    rest.forEach(owned -> change.delete(owned.table(), owned.key()));
                    return written(row.key(), change.build());
                }));
    }

    @Override
    public List<Account> list() {
        List<Account> accounts = new ArrayList<>();
        for (Row row : tables.rows(TABLE)) {
            accounts.add(new Account(row.key(), AccountRow.decode(row).admin(), standing(row.key())));
        }
        return accounts;
    }

    @Override
    public boolean exists(String jid) {
        return tables.get(TABLE, jid) != null;
    }

    @Override
    public @Nullable ScramKeys keys(String jid) {
        Row row = tables.get(TABLE, jid);
        return row == null || standing(jid).closed(clock.instant())
                ? null
                : AccountRow.decode(row).keys();
    }

    @Override
    public @Nullable Closed closed(String jid) {
        Row row = tables.get(TABLE, jid);
        Standing standing = standing(jid);
        return row == null || !standing.closed(clock.instant())
                ? null
                : new Closed(AccountRow.decode(row).keys(), standing.disabled() ? Bar.DISABLED : Bar.EXPIRED);
    }

    @Override
    public boolean offers(ScramHash hash) {
        return hash != ScramHash.SHA_512 || incomplete.none();
    }

    @Override
    public void complete(String jid, String password) {
        Row row = tables.get(TABLE, jid);
        if (row == null) {
            return;
        }
        AccountRow account = AccountRow.decode(row);
        derivation
                .key(ScramHash.SHA_512, password)
                .thenCompose(key -> replace(
                        row, new AccountRow(account.admin(), account.keys().with(key))))
                .whenComplete((done, failed) -> {
                    if (failed != null) { // the next login with this password tries again
                        LOG.debug("the keys of {} stay incomplete: {}", jid, failed.getMessage());
                    }
                });
    }

    @Override
    public CompletionStage<ImportReport> importAll(InputStream csv, Consumer<ImportReport> progress) {
        byte[] file;
        try {
            file = csv.readNBytes(IMPORT_LIMIT + 1);
        } catch (IOException unreadable) {
            return failed("the file cannot be read: " + unreadable.getMessage());
        }
        if (file.length > IMPORT_LIMIT) {
            return failed("the file is larger than " + (IMPORT_LIMIT >> 20) + " MiB; split it and import each part");
        }
        return new AccountImport(tables, derivation, ImportFile.read(file, domains), progress).run();
    }

    @Override
    public Subscription onDeleted(Consumer<String> listener) {
        return tables.watch(TABLE, (before, after) -> {
            if (before != null && after == null) {
                listener.accept(before.key());
            }
        });
    }

    private interface RowWork {
        CompletionStage<Void> on(Row row);
    }

    private CompletionStage<Void> withRow(String jid, RowWork work) {
        String key;
        try {
            key = Prepared.bareJid(jid);
        } catch (IllegalArgumentException notValid) {
            return failed(String.valueOf(notValid.getMessage()));
        }
        Row row = tables.get(TABLE, key);
        if (row == null) {
            return failed("there is no account " + key + "; to see them, type: xmpp user list");
        }
        try {
            return work.on(row);
        } catch (IllegalStateException unreadable) {
            return failed(String.valueOf(unreadable.getMessage()));
        }
    }

    private CompletionStage<Void> replace(Row row, AccountRow account) {
        return written(
                row.key(),
                Change.of()
                        .put(TABLE, row.key(), account.encode(), row.version())
                        .build());
    }

    private CompletionStage<Void> written(String key, Change change) {
        return tables.commit(change)
                .thenCompose(outcome -> outcome.applied()
                        ? CompletableFuture.<Void>completedFuture(null)
                        : failed("account " + key + " was changed by somebody else at the same moment; try again"));
    }

    private CompletionStage<ScramKeys> derived(String password) {
        return derivation.keys(password).exceptionallyCompose(failure -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            return cause instanceof RejectedExecutionException
                    ? failed("this node is busy with other passwords; try again in a moment")
                    : CompletableFuture.failedFuture(failure);
        });
    }

    private static String existsAlready(String jid) {
        return "account " + jid + " exists already; to change its password, type: xmpp user passwd " + jid;
    }

    private static <T> CompletionStage<T> failed(String message) {
        return CompletableFuture.failedFuture(new AccountException(message));
    }
}
