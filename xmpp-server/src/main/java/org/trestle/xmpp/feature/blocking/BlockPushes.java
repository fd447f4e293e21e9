package org.trestle.xmpp.feature.blocking;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Row;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.xml.Element;

/**
 * What follows from a change of a list, on each node for the sessions that it has: pushes for those that have asked for the
 * list, goodbye to whom is blocked, and presence again for whom no more is.
 */
final class BlockPushes implements BiConsumer<@Nullable Row, @Nullable Row> {
    private final FeatureContext context;
    private final FeatureSite site;
    private final AtomicLong numbers = new AtomicLong();

    BlockPushes(FeatureContext context) {
        this.context = context;
        this.site = context.site();
    }

    /** This session has asked for the list, and is told of changes from now on. On its loop. */
    void wanted(@Nullable Jid jid) {
        if (jid instanceof FullJid full) {
            Binding binding = site.cluster().directory().binding(full.bareJid().toString(), full.resource());
            if (binding != null && site.endpoints().get(binding.session()) instanceof ClientSession session) {
                session.mark(BlockingFeature.NAMESPACE);
            }
        }
    }

    @Override
    public void accept(@Nullable Row before, @Nullable Row after) {
        BlockList old = BlockList.of(before);
        BlockList now = BlockList.of(after);
        Set<Jid> blocked = now.minus(old.jids());
        Set<Jid> freed = old.minus(now.jids());
        String account = after != null ? after.key() : before != null ? before.key() : "";
        if (!blocked.isEmpty()) {
            Element push = BlockingFeature.items("block", blocked);
            sessions(account, session -> {
                push(session, push);
                leave(session, now, blocked);
            });
        }
        if (!freed.isEmpty()) {
            boolean all = now.isEmpty() && freed.size() > 1;
            Element push = BlockingFeature.items("unblock", all ? Set.of() : freed);
            sessions(account, session -> {
                push(session, push);
                freed.forEach(jid -> comeBack(session, jid));
            });
        }
    }

    /** Those of the account that this node has, on their loops. */
    private void sessions(String account, Consumer<ClientSession> task) {
        for (Binding binding : site.cluster().directory().bindings(account)) {
            if (site.endpoints().get(binding.session()) instanceof ClientSession session) {
                session.onLoop(() -> task.accept(session));
            }
        }
    }

    private void push(ClientSession session, Element element) {
        if (session.isMarked(BlockingFeature.NAMESPACE)) {
            FullJid jid = session.address();
            session.deliver(
                    Iq.of(Iq.Type.SET, jid.bareJid(), jid, "block-" + numbers.incrementAndGet(), element), null);
        }
    }

    /** Goodbye to those who have the presence of this session. */
    private void leave(ClientSession session, BlockList list, Set<Jid> blocked) {
        for (Jid told : session.forget(list::blocks)) {
            goodbye(session, told);
        }
        for (Jid jid : blocked) {
            if (session.presence() != null && isSubscriber(session, jid)) {
                goodbye(session, jid);
            }
        }
    }

    private void goodbye(ClientSession session, Jid to) {
        context.switchboard().route(Presence.of(Presence.Type.UNAVAILABLE, session.address(), to), null);
    }

    private void comeBack(ClientSession session, Jid freed) {
        Presence presence = session.presence();
        if (presence != null && isSubscriber(session, freed)) {
            context.switchboard().route(presence.withTo(freed), null);
        }
    }

    private boolean isSubscriber(ClientSession session, Jid other) {
        BareJid account = session.address().bareJid();
        return context.presence().get().isSubscriber(account, other);
    }
}
