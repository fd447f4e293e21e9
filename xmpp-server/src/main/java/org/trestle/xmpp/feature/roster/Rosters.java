package org.trestle.xmpp.feature.roster;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;

/**
 * The rosters of all accounts: one replicated row each, so that the version of the row is that of the roster (RFC 6121 2.6).
 * A change is one conditional command for both rosters that it touches; when somebody else was faster it is thought through
 * again with what is there now, so none is lost. Any thread.
 */
final class Rosters {
    /** Its rows go with their accounts. */
    static final String TABLE = Accounts.BELONGINGS + "rosters";

    /** Rosters that are kept as objects, beside their rows. */
    static final int CACHED = 20_000;

    /** How often a change is tried. */
    static final int ATTEMPTS = 50;

    /** Makes a draft from two rosters without notices. */
    @FunctionalInterface
    interface Plan {
        Draft draft(Roster acting, Roster other);
    }

    /** A roster and the version of its row; zero when there is none. */
    record Held(long version, Roster roster) {}

    private static final Held NONE = new Held(Change.ABSENT, Roster.EMPTY);

    private final Tables tables;
    private final RosterLimits limits;
    private final RosterMeters meters;
    private final Turns actors = new Turns();
    private final Turns contacts = new Turns();
    private final Map<BareJid, Held> cache = new ConcurrentHashMap<>();

    Rosters(Tables tables, RosterLimits limits, RosterMeters meters) {
        this.tables = tables;
        this.limits = limits;
        this.meters = meters;
    }

    /** What this node knows of it now; empty when there is none, or it cannot be read. */
    Held of(BareJid account) {
        Row row = tables.get(TABLE, account.toString());
        if (row == null) {
            return NONE;
        }
        Held held = held(account, row);
        return held == null ? new Held(row.version(), Roster.EMPTY) : held;
    }

    /** What the row says; null when it cannot be read. */
    @Nullable
    Held held(BareJid account, Row row) {
        Held cached = cache.get(account);
        if (cached != null && cached.version == row.version()) {
            return cached;
        }
        Held held;
        try {
            held = new Held(row.version(), RosterCodec.decode(row.value()));
        } catch (IllegalArgumentException unreadable) {
            meters.unreadable();
            return null;
        }
        if (cached == null || cached.version < held.version) {
            keep(account, held);
        }
        return held;
    }

    private void keep(BareJid account, Held held) {
        if (cache.size() >= CACHED) {
            Iterator<BareJid> any = cache.keySet().iterator();
            if (any.hasNext()) {
                cache.remove(any.next());
            }
        }
        cache.put(account, held);
    }

    void forget(BareJid account) {
        cache.remove(account);
    }

    /**
     * Changes one or two rosters.
     *
     * @param other whose roster is changed with it, or null
     * @return the draft that was made true, or was refused; never fails
     */
    CompletionStage<Draft> change(BareJid acting, @Nullable BareJid other, Plan plan) {
        return actors.take(
                acting, () -> contacts.take(other == null ? acting : other, () -> attempt(acting, other, plan, 1)));
    }

    private CompletionStage<Draft> attempt(BareJid acting, @Nullable BareJid other, Plan plan, int number) {
        Row mine = tables.get(TABLE, acting.toString());
        Row theirs = other == null ? null : tables.get(TABLE, other.toString());
        Held held = mine == null ? NONE : held(acting, mine);
        Held others = theirs == null || other == null ? NONE : held(other, theirs);
        if (held == null || others == null) {
            return refused(StanzaError.of(Condition.INTERNAL_SERVER_ERROR, "the roster cannot be read"));
        }
        Draft draft = plan.draft(held.roster.quiet(), others.roster.quiet());
        if (draft.refusal() != null) {
            return CompletableFuture.completedFuture(draft);
        }
        Write one = write(acting, held, draft.acting());
        Write two = other == null ? null : write(other, others, draft.other());
        StanzaError tooMuch = one != null && one.refusal != null ? one.refusal : two == null ? null : two.refusal;
        if (tooMuch != null) {
            return refused(tooMuch);
        }
        Change.Builder change = Change.of();
        BinaryOperator<@Nullable Write> order = (first, second) -> draft.otherFirst() ? second : first;
        add(change, order.apply(one, two));
        add(change, order.apply(two, one));
        Change built = change.build();
        return built.ops().isEmpty()
                ? CompletableFuture.completedFuture(draft)
                : commit(built, draft, () -> attempt(acting, other, plan, number + 1), number);
    }

    /** A row to be written, or why it must not be. */
    private record Write(
            BareJid account,
            byte[] value,
            long expected,
            @Nullable StanzaError refusal) {}

    private static void add(Change.Builder change, @Nullable Write write) {
        if (write != null) {
            change.put(TABLE, write.account.toString(), write.value, write.expected);
        }
    }

    private @Nullable Write write(BareJid account, Held held, Roster next) {
        if (next.notices().isEmpty() && next.hasSameContacts(held.roster)) {
            return null;
        }
        byte[] value = RosterCodec.encode(next);
        return new Write(account, value, held.version, refusal(held.roster, next, value.length));
    }

    private @Nullable StanzaError refusal(Roster before, Roster next, int bytes) {
        if (next.items() > limits.items() && next.items() > before.items()) {
            return tooMuch(RosterMeters.Limit.ITEMS, limits.items() + " contacts");
        }
        if (next.requests() > limits.requests() && next.requests() > before.requests()) {
            return tooMuch(RosterMeters.Limit.REQUESTS, limits.requests() + " requests that are not answered");
        }
        if (bytes > limits.bytes() && bytes > RosterCodec.encode(before).length) {
            return tooMuch(RosterMeters.Limit.BYTES, limits.bytes() + " bytes");
        }
        return null;
    }

    private StanzaError tooMuch(RosterMeters.Limit limit, String most) {
        meters.refused(limit);
        return StanzaError.of(
                Condition.RESOURCE_CONSTRAINT, "this roster is full: " + most + " are the most; remove some");
    }

    private interface Again {
        CompletionStage<Draft> attempt();
    }

    private CompletionStage<Draft> commit(Change change, Draft draft, Again again, int number) {
        meters.change();
        return tables.commit(change)
                .handle((outcome, failed) -> {
                    if (failed == null && outcome.applied()) {
                        return CompletableFuture.completedStage(draft);
                    }
                    if (failed == null && number < ATTEMPTS) {
                        meters.conflict();
                        return again.attempt();
                    }
                    meters.failure();
                    return refused(StanzaError.of(
                            Condition.RESOURCE_CONSTRAINT, "the cluster did not take this change; try again"));
                })
                .thenCompose(it -> it);
    }

    private static CompletionStage<Draft> refused(StanzaError error) {
        return CompletableFuture.completedStage(Draft.refused(error));
    }
}
