package org.trestle.xmpp.session;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.Jid;

/**
 * The domains whose accounts live here: the rows of the replicated table {@code domains} (the key is the domain) and
 * those of the configuration. One volatile read a question.
 */
public final class LocalDomains implements Predicate<String>, AutoCloseable {
    /** The replicated table. */
    public static final String TABLE = "domains";

    private final Tables tables;
    private final Supplier<? extends Collection<String>> configured;
    private final Subscription subscription;
    private volatile Set<String> domains = Set.of();
    private volatile Consumer<String> gone = domain -> {};

    public LocalDomains(Tables tables, Supplier<? extends Collection<String>> configured) {
        this.tables = tables;
        this.configured = configured;
        this.subscription = tables.watch(TABLE, (before, after) -> refresh());
        refresh();
    }

    /** Tells of each domain that is served no longer, on the thread that applies the log. */
    public void onGone(Consumer<String> listener) {
        gone = listener;
    }

    /** Reads the configuration and the table again. */
    public void refresh() {
        Set<String> fresh = new HashSet<>();
        for (String domain : configured.get()) {
            fresh.add(Jid.canonicalDomain(domain));
        }
        for (Row row : tables.rows(TABLE)) {
            fresh.add(row.key());
        }
        Set<String> before = domains;
        domains = Set.copyOf(fresh);
        for (String domain : before) {
            if (!fresh.contains(domain)) {
                gone.accept(domain);
            }
        }
    }

    @Override
    public boolean test(String domain) {
        return domains.contains(domain);
    }

    /** All of them, in no order. */
    public Set<String> all() {
        return domains;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
