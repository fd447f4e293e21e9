package org.trestle.xmpp.feature.offline;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/** XEP-0160: messages for an account that nobody receives for are kept in the replicated state, with bounds. */
public final class OfflineFeature implements Feature {
    private static final StanzaError NOT_KEPT = StanzaError.of(
            StanzaError.Condition.RECIPIENT_UNAVAILABLE,
            "nobody receives for this account, and the cluster did not keep the message; try again");

    private final OfflineLimits limits;
    private final AtomicLong numbers = new AtomicLong();

    public OfflineFeature() {
        this(OfflineLimits.DEFAULT);
    }

    OfflineFeature(OfflineLimits limits) {
        this.limits = limits;
    }

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0160", "Best Practices for Handling Offline Messages", "1.0.1");
    }

    @Override
    public List<FeatureInfo> implemented() {
        return List.of(info(), new FeatureInfo("XEP-0203", "Delayed Delivery", "2.0"));
    }

    @Override
    public void install(FeatureContext context) {
        FeatureSite site = context.site();
        MeterRegistry registry = site.registry();
        OfflineStore store = new OfflineStore(site.cluster().tables(), limits, registry);
        OfflineDelivery delivery = new OfflineDelivery(context, store, limits);
        context.disco("msgoffline", Scope.SERVER);
        context.unreceived((message, account, sender) -> take(context, store, message, account, sender));
        context.available(delivery::available);
        context.answers(OfflineDelivery.QUESTION, delivery::answered);
        context.untilClosed(store.follow(delivery::look));
        context.untilClosed(site.cluster().directory().listen(delivery));
        gauge(context, Gauge.builder("xmpp.offline.bytes", store, OfflineStore::total));
        gauge(context, Gauge.builder("xmpp.offline.messages", store, OfflineStore::messages));
    }

    /** The next server of this node has its own. */
    private static void gauge(FeatureContext context, Gauge.Builder<OfflineStore> builder) {
        MeterRegistry registry = context.site().registry();
        Gauge gauge = builder.register(registry);
        context.untilClosed(() -> registry.remove(gauge));
    }

    private boolean take(
            FeatureContext context, OfflineStore store, Message message, BareJid account, @Nullable Source sender) {
        if (!context.site().accounts().exists(account.toString())) {
            return false;
        }
        OfflineRules.Verdict verdict = OfflineRules.of(message);
        if (verdict != OfflineRules.Verdict.KEEP) {
            return verdict == OfflineRules.Verdict.FORGET;
        }
        boolean dated = sender == null && message.child("delay", "urn:xmpp:delay") != null;
        CompletionStage<Tables.Outcome> kept = store.add(
                account,
                id(context.site(), message, account),
                new OfflineMessage(message, context.site().timers().now(), dated));
        if (kept == null) {
            return false;
        }
        kept.whenComplete((outcome, failed) -> {
            if (failed != null) {
                refuse(context.switchboard(), message, sender);
            } else if (!context.site().accounts().exists(account.toString())) {
                store.remove(store.of(account.toString()).stream().map(Row::key).toList());
            }
        });
        return true;
    }

    private static void refuse(Switchboard switchboard, Message message, @Nullable Source sender) {
        Stanza error = NOT_KEPT.error(message);
        if (error == null) {
            return;
        }
        if (sender instanceof Endpoint endpoint) {
            endpoint.onLoop(() -> switchboard.route(error, null));
        } else {
            switchboard.route(error, null);
        }
    }

    /** By what the account knows the message (XEP-0359), else a number of this node. */
    private String id(FeatureSite site, Message message, BareJid account) {
        for (Element child : message.children()) {
            if (child.is("stanza-id", "urn:xmpp:sid:0") && account.toString().equals(child.attribute("by"))) {
                String id = child.attribute("id");
                if (id != null && !id.isEmpty() && id.length() <= 64) {
                    return id;
                }
            }
        }
        return site.cluster().self() + "." + site.timers().now().toEpochMilli() + "." + numbers.incrementAndGet();
    }
}
