package org.trestle.auth.accounts;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * One run of an import: batch after batch, each derived on all processors and then written in one change. It has threads
 * of its own, so that people who log in meanwhile do not wait behind it.
 */
final class AccountImport {
    private static final int BATCH = 200;
    private static final int ATTEMPTS = 3;

    private final Tables tables;
    private final KeyDerivation derivation;
    private final ImportFile file;
    private final Consumer<ImportReport> progress;
    private final ExecutorService workers;

    private int added;
    private int updated;
    private int unchanged;

    AccountImport(Tables tables, KeyDerivation derivation, ImportFile file, Consumer<ImportReport> progress) {
        this.tables = tables;
        this.derivation = derivation;
        this.file = file;
        this.progress = progress;
        AtomicInteger count = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
            Thread thread = new Thread(task, "trestle-import-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    CompletionStage<ImportReport> run() {
        return from(0).whenComplete((report, failure) -> workers.shutdown());
    }

    private CompletionStage<ImportReport> from(int start) {
        if (start >= file.wanted().size()) {
            return CompletableFuture.completedFuture(report());
        }
        int end = Math.min(start + BATCH, file.wanted().size());
        return batch(file.wanted().subList(start, end), 1)
                .thenComposeAsync(
                        done -> {
                            progress.accept(report());
                            return from(end);
                        },
                        workers);
    }

    private CompletionStage<Void> batch(List<ImportFile.Wanted> wanted, int attempt) {
        ConcurrentLinkedQueue<Write> writes = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> derived = new ArrayList<>(wanted.size());
        for (ImportFile.Wanted account : wanted) {
            derived.add(CompletableFuture.runAsync(
                    () -> {
                        Write write = write(account);
                        if (write != null) {
                            writes.add(write);
                        }
                    },
                    workers));
        }
        return CompletableFuture.allOf(derived.toArray(CompletableFuture[]::new))
                .thenCompose(all -> commit(wanted, List.copyOf(writes), attempt));
    }

    private CompletionStage<Void> commit(List<ImportFile.Wanted> wanted, List<Write> writes, int attempt) {
        if (writes.isEmpty()) {
            unchanged += wanted.size();
            return CompletableFuture.completedFuture(null);
        }
        Change.Builder change = Change.of();
        for (Write write : writes) {
            change.put(TableAccounts.TABLE, write.jid, write.value, write.expected);
        }
        return tables.commit(change.build()).thenCompose(outcome -> {
            if (outcome.applied()) {
                count(wanted.size(), writes);
                return CompletableFuture.completedFuture(null);
            }
            return attempt < ATTEMPTS ? batch(wanted, attempt + 1) : tooBusy(outcome.conflict());
        });
    }

    private void count(int wanted, List<Write> writes) {
        int fresh = (int)
                writes.stream().filter(write -> write.expected == Change.ABSENT).count();
        added += fresh;
        updated += writes.size() - fresh;
        unchanged += wanted - writes.size();
    }

    private @Nullable Write write(ImportFile.Wanted account) {
        Row row = tables.get(TableAccounts.TABLE, account.jid());
        if (row == null) {
            byte[] value = new AccountRow(false, derivation.derive(account.password())).encode();
            return new Write(account.jid(), value, Change.ABSENT);
        }
        AccountRow present = AccountRow.decode(row);
        if (KeyDerivation.matchesNow(present.keys().sha1(), account.password())) {
            return null;
        }
        AccountRow changed = new AccountRow(present.admin(), derivation.derive(account.password()));
        return new Write(account.jid(), changed.encode(), row.version());
    }

    private ImportReport report() {
        return new ImportReport(added, updated, unchanged, file.refused(), file.errors());
    }

    private CompletionStage<Void> tooBusy(@Nullable String conflict) {
        return CompletableFuture.failedFuture(new CompletionException(new AccountException(
                "account " + conflict + " is being changed by somebody else; what was done before stays: " + report()
                        + "; run the import again")));
    }

    /** One row to write. */
    private static final class Write {
        private final String jid;
        private final byte[] value;
        private final long expected;

        private Write(String jid, byte[] value, long expected) {
            this.jid = jid;
            this.value = value;
            this.expected = expected;
        }
    }
}
