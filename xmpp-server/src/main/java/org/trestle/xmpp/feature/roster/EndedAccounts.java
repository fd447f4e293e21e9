package org.trestle.xmpp.feature.roster;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Presence;

/**
 * When an account is removed its roster goes, and its contacts here are no longer subscribed to it, nor it to them. The leader
 * does it; what it left undone is done by whoever serves next. Every step is conditional and can be repeated.
 */
final class EndedAccounts {
    /** The replicated table of accounts, whose keys are bare Jids. */
    static final String ACCOUNTS = "users";

    private final Cluster cluster;
    private final Timers timers;
    private final LocalDomains domains;
    private final Rosters rosters;

    EndedAccounts(FeatureSite site, Rosters rosters) {
        this.cluster = site.cluster();
        this.timers = site.timers();
        this.domains = site.domains();
        this.rosters = rosters;
    }

    /** On the thread that applies the log, which it leaves before it asks and writes. */
    void changed(@Nullable Row before, @Nullable Row after) {
        if (before == null || after != null) {
            return;
        }
        String account = before.key();
        timers.after(Duration.ZERO, () -> {
            if (cluster.self().equals(cluster.status().leader())) {
                end(account);
            }
        });
    }

    /** A server whose accounts are elsewhere has none in the table: nothing is known to be left over then. */
    void serving(boolean now) {
        if (!now) {
            return;
        }
        Set<String> accounts = new HashSet<>();
        cluster.tables().rows(ACCOUNTS).forEach(row -> accounts.add(row.key()));
        if (accounts.isEmpty()) {
            return;
        }
        for (Row row : cluster.tables().rows(Rosters.TABLE)) {
            if (!accounts.contains(row.key())) {
                end(row.key());
            }
        }
    }

    private void end(String key) {
        if (!(Jid.parse(key) instanceof BareJid account)) {
            return;
        }
        CompletionStage<?> steps = CompletableFuture.completedFuture(null);
        for (Contact contact : rosters.of(account).roster().contacts()) {
            if (contact.jid() instanceof BareJid other && domains.test(other.domain())) {
                steps = steps.thenCompose(done -> leave(other, account));
            }
        }
        steps.thenRun(() -> remove(account));
    }

    /** An account that has been made again meanwhile keeps what it has. */
    private boolean isBack(BareJid account) {
        return cluster.tables().get(ACCOUNTS, account.toString()) != null;
    }

    private CompletionStage<Draft> leave(BareJid other, BareJid account) {
        return rosters.change(other, null, (roster, none) -> {
            if (isBack(account)) {
                return Draft.of(roster, none);
            }
            Roster left = Subscriptions.received(roster, account, Presence.Type.UNSUBSCRIBE, Payload.EMPTY)
                    .roster();
            return Draft.of(
                    Subscriptions.received(left, account, Presence.Type.UNSUBSCRIBED, Payload.EMPTY)
                            .roster(),
                    none);
        });
    }

    private void remove(BareJid account) {
        Row row = cluster.tables().get(Rosters.TABLE, account.toString());
        if (row != null && !isBack(account)) {
            cluster.tables()
                    .commit(Change.of()
                            .delete(Rosters.TABLE, account.toString(), row.version())
                            .build());
        }
    }
}
