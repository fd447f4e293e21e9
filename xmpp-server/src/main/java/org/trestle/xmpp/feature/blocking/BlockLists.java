package org.trestle.xmpp.feature.blocking;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/**
 * The lists of all accounts that block somebody, as this node knows them: read for every stanza, so a server on which
 * nobody blocks looks at one counter, and an account that blocks nobody costs two look-ups where others do.
 */
final class BlockLists implements RouteHooks.Screen {
    /** Keys are bare Jids. */
    static final String TABLE = Accounts.BELONGINGS + "blocking";

    private static final RouteHooks.Refusal SILENT = new RouteHooks.Refusal(null);
    private static final RouteHooks.Refusal UNAVAILABLE =
            new RouteHooks.Refusal(StanzaError.of(StanzaError.Condition.SERVICE_UNAVAILABLE));
    private static final RouteHooks.Refusal BLOCKED = new RouteHooks.Refusal(new StanzaError(
            StanzaError.Type.CANCEL,
            StanzaError.Condition.NOT_ACCEPTABLE,
            null,
            Element.of("blocked", "urn:xmpp:blocking:errors").build()));

    private final Map<String, BlockList> lists = new ConcurrentHashMap<>();
    private final Tables tables;

    BlockLists(Tables tables) {
        this.tables = tables;
    }

    /** Follows the table; {@code changed} hears of each change, with the row before and after. */
    Subscription follow(BiConsumer<@Nullable Row, @Nullable Row> changed) {
        Subscription subscription = tables.watch(TABLE, (before, after) -> {
            refresh(after == null ? before : after);
            changed.accept(before, after);
        });
        tables.rows(TABLE).forEach(this::refresh);
        return subscription;
    }

    /** Takes what the table says now: reads and events may come in any order. */
    private void refresh(@Nullable Row hint) {
        if (hint != null) {
            lists.compute(hint.key(), (account, old) -> {
                Row now = tables.get(TABLE, account);
                return now == null ? null : BlockList.of(now);
            });
        }
    }

    BlockList of(BareJid account) {
        return lists.getOrDefault(account.toString(), BlockList.EMPTY);
    }

    @Override
    public RouteHooks.@Nullable Refusal screen(Stanza stanza, @Nullable Source source) {
        if (lists.isEmpty()) {
            return null;
        }
        Jid from = stanza.from();
        Jid to = stanza.to();
        if (from == null || to == null) {
            return null;
        }
        if (blocks(to, from)) {
            return stanza instanceof Presence ? SILENT : UNAVAILABLE;
        }
        return blocks(from, to) ? outbound(stanza, to, source) : null;
    }

    /** Whether the account of {@code owner} blocks {@code other}, which is none of its resources and not its server. */
    private boolean blocks(Jid owner, Jid other) {
        if (owner.local() == null) {
            return false;
        }
        BlockList list = lists.get(owner.bare().toString());
        return list != null
                && list.blocks(other)
                && !other.bare().equals(owner.bare())
                && (other.local() != null || !other.domain().equals(owner.domain()));
    }

    /**
     * What the account sends itself is refused in words. What the server says for it is left out without a word, but for the
     * goodbye that follows the blocking.
     */
    private static RouteHooks.@Nullable Refusal outbound(Stanza stanza, Jid to, @Nullable Source source) {
        if (stanza instanceof Presence presence) {
            if (presence.type() == Presence.Type.UNAVAILABLE && source == null) {
                return null;
            }
            boolean broadcast = presence.type() == Presence.Type.AVAILABLE
                    && !(source instanceof ClientSession session && session.hasTold(to));
            return broadcast || source == null ? SILENT : BLOCKED;
        }
        return BLOCKED;
    }
}
