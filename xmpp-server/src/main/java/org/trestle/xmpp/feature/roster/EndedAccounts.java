package org.trestle.xmpp.feature.roster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
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
 * A roster goes with its account, in the same command; then its contacts here are no longer subscribed to the account, nor it
 * to them. The leader does it at once, the others a moment later in case that it could not: each step is conditional, and
 * finds nothing to do when it was done.
 */
final class EndedAccounts {
    /** How long the others leave it to the leader. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

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
        if (before == null || after != null || !(Jid.parse(before.key()) instanceof BareJid account)) {
            return;
        }
        Rosters.Held last = rosters.held(account, before);
        if (last != null) {
            timers.after(Duration.ZERO, () -> {
                if (cluster.self().equals(cluster.status().leader())) {
                    end(account, last.roster());
                } else {
                    timers.after(PATIENCE, () -> end(account, last.roster()));
                }
            });
        }
    }

    private void end(BareJid account, Roster last) {
        CompletionStage<?> steps = CompletableFuture.completedFuture(null);
        for (Contact contact : last.contacts()) {
            if (contact.jid() instanceof BareJid other && domains.test(other.domain())) {
                steps = steps.thenCompose(done -> leave(other, account));
            }
        }
    }

    /** An account that was made again meanwhile and has to do with this contact keeps what it has. */
    private CompletionStage<Draft> leave(BareJid other, BareJid account) {
        return rosters.change(other, null, (roster, none) -> {
            if (rosters.of(account).roster().contact(other).state() != State.NONE) {
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
}
