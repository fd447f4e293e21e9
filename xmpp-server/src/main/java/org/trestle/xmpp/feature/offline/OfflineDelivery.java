package org.trestle.xmpp.feature.offline;

import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/**
 * Gives the messages of an account to one of its sessions. The session claims them in the replicated state, so that no
 * other one has them at the same time; is sent some, and asked whether it is there (XEP-0199); and only its answer, which
 * comes after it has read them, takes them out. A session that dies before leaves them to the next.
 */
final class OfflineDelivery implements Directory.Listener {
    /** What the ids of the questions begin with. */
    static final String QUESTION = "offline";

    /** Which session takes an account's messages: the key is the account, the value the identity of the session. */
    private static final String CLAIMS = Accounts.BELONGINGS + "offline-taker";

    private static final Element PING = Element.of("ping", "urn:xmpp:ping").build();

    /** A session that takes messages; confined to its loop. */
    private static final class Taking {
        final List<String> unanswered = new ArrayList<>();
        String question = "";
        boolean busy;
    }

    private final Tables tables;
    private final Directory directory;
    private final Endpoints endpoints;
    private final RouteHooks route;
    private final OfflineStore store;
    private final OfflineLimits limits;
    private final Map<String, Taking> taking = new ConcurrentHashMap<>();
    private final AtomicLong questions = new AtomicLong();
    private final Counter delivered;

    OfflineDelivery(FeatureContext context, OfflineStore store, OfflineLimits limits) {
        this.tables = context.site().cluster().tables();
        this.directory = context.site().cluster().directory();
        this.endpoints = context.site().endpoints();
        this.route = context.route();
        this.store = store;
        this.limits = limits;
        this.delivered = context.site().registry().counter("xmpp.offline.delivered");
    }

    /** Whether one of this node's sessions can take what there is for an account. Any thread. */
    void look(String account) {
        if (store.isEmpty(account)) {
            return;
        }
        for (Binding binding : directory.bindings(account)) {
            if (Availability.priority(binding) >= 0
                    && endpoints.get(binding.session()) instanceof ClientSession session) {
                session.onLoop(() -> available(session));
            }
        }
    }

    @Override
    public void updated(Binding before, Binding after) {
        if (Availability.priority(before) >= 0 && Availability.priority(after) < 0) {
            look(after.account());
        }
    }

    @Override
    public void unbound(Binding binding, Directory.Cause cause) {
        taking.remove(binding.session());
        look(binding.account());
    }

    /** The session may take messages, as far as its priority says so. On its loop. */
    void available(ClientSession session) {
        String account = session.address().bareJid().toString();
        if (session.isClosed()
                || session.presence() == null
                || !isTaker(account, session.id())
                || store.isEmpty(account)) {
            return;
        }
        Taking now = taking.computeIfAbsent(session.id(), id -> new Taking());
        if (!now.busy) {
            claim(session, account, now);
        }
    }

    /** Whether it is a session of the account whose priority is not negative (RFC 6121 8.5.2.2). */
    private boolean isTaker(String account, String session) {
        for (Binding binding : directory.bindings(account)) {
            if (binding.session().equals(session)) {
                return Availability.priority(binding) >= 0;
            }
        }
        return false;
    }

    private void claim(ClientSession session, String account, Taking now) {
        Row row = tables.get(CLAIMS, account);
        String taker = row == null ? "" : new String(row.value(), StandardCharsets.UTF_8);
        if (taker.equals(session.id())) {
            send(session, account, now);
        } else if (isTaker(account, taker)) {
            taking.remove(session.id());
        } else {
            now.busy = true;
            byte[] id = session.id().getBytes(StandardCharsets.UTF_8);
            long expected = row == null ? Change.ABSENT : row.version();
            Change claim = Change.of().put(CLAIMS, account, id, expected).build();
            tables.commit(claim)
                    .whenComplete((outcome, failed) -> session.onLoop(() -> {
                        now.busy = false;
                        if (failed == null) {
                            // Also when somebody else was faster: that one may have gone by now.
                            available(session);
                        } else {
                            taking.remove(session.id());
                        }
                    }));
        }
    }

    private void send(ClientSession session, String account, Taking now) {
        now.unanswered.clear();
        int bytes = 0;
        for (Row row : store.of(account)) {
            if (now.unanswered.size() == OfflineLimits.BATCH_MESSAGES || bytes >= limits.batch()) {
                break;
            }
            if (!give(session, OfflineMessage.decode(row.value()))) {
                return;
            }
            bytes += row.value().length;
            now.unanswered.add(row.key());
        }
        if (now.unanswered.isEmpty()) {
            finish(session, account);
            return;
        }
        now.busy = true;
        now.question = QUESTION + "-" + questions.incrementAndGet();
        FullJid jid = session.address();
        session.deliver(Iq.of(Iq.Type.GET, Jid.of(jid.domain()), jid, now.question, PING), null);
    }

    /** False when the session takes no more. What nobody can read, or is of somebody blocked by now, goes without a word. */
    private boolean give(ClientSession session, @Nullable OfflineMessage kept) {
        if (kept == null || route.screened(kept.message(), null) != null) {
            return true;
        }
        // As a copy, so that a session that dies with it does not send it on: it is kept until the answer.
        boolean taken = session.deliver(kept.delivered(), null, true) == Endpoint.Delivery.TAKEN;
        if (taken) {
            delivered.increment();
        }
        return taken;
    }

    /** A client has answered; on its loop. */
    void answered(Iq answer) {
        if (!(answer.from() instanceof FullJid jid)) {
            return;
        }
        String account = jid.bareJid().toString();
        Binding binding = directory.binding(account, jid.resource());
        if (binding == null || !(endpoints.get(binding.session()) instanceof ClientSession session)) {
            return;
        }
        Taking now = taking.get(session.id());
        if (now == null || !now.question.equals(answer.id())) {
            return;
        }
        now.question = "";
        store.remove(now.unanswered)
                .whenComplete((outcome, failed) -> session.onLoop(() -> {
                    now.busy = false;
                    if (failed == null && !session.isClosed() && isTaker(account, session.id())) {
                        send(session, account, now);
                    } else {
                        taking.remove(session.id());
                    }
                }));
    }

    /** Nothing is left; what is stored later finds a session to take it. */
    private void finish(ClientSession session, String account) {
        taking.remove(session.id());
        Row row = tables.get(CLAIMS, account);
        if (row != null && session.id().equals(new String(row.value(), StandardCharsets.UTF_8))) {
            tables.commit(Change.of().delete(CLAIMS, account, row.version()).build())
                    .whenComplete((outcome, failed) -> look(account));
        }
    }
}
