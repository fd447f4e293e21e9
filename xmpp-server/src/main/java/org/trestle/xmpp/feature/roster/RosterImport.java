package org.trestle.xmpp.feature.roster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.BareJid;

/** Contacts that an operator brings along from another server: many at once, one command a roster. Any thread. */
public final class RosterImport {
    private final Rosters rosters;

    /** Its changes are told to clients like all others; they are counted nowhere. */
    public RosterImport(Tables tables) {
        rosters = new Rosters(tables, RosterLimits.DEFAULT, new RosterMeters(new SimpleMeterRegistry()));
    }

    /**
     * Puts these into the roster of the account as subscribed in both directions, with the names and groups that they have
     * there. The other halves are theirs, so each of them wants the same with this account.
     *
     * @return whether it was done; not when the roster would exceed a limit, or the cluster did not take it
     */
    public CompletionStage<Boolean> both(BareJid account, Collection<BareJid> contacts) {
        return rosters.change(account, null, (mine, none) -> {
                    Roster all = mine;
                    for (BareJid contact : contacts) {
                        all = all.with(
                                all.contact(contact).inRoster().with(State.BOTH).approved(false));
                    }
                    return new Draft(all, none, false, List.of(), null);
                })
                .thenApply(draft -> draft.refusal() == null);
    }
}
