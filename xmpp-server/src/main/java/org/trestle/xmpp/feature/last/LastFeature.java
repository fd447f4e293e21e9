package org.trestle.xmpp.feature.last;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/**
 * XEP-0012: the time since this node has begun to serve, and since when an account has no session; for those who may see
 * its presence. To a full Jid their request goes through, and the client decides what to say.
 */
public final class LastFeature implements Feature {
    static final String NAMESPACE = "jabber:iq:last";

    private static final RouteHooks.Refusal FORBIDDEN = new RouteHooks.Refusal(StanzaError.of(Condition.FORBIDDEN));

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0012", "Last Activity", "2.0");
    }

    @Override
    public void install(FeatureContext context) {
        FeatureSite site = context.site();
        long began = site.timers().nanos();
        Sightings sightings = new Sightings(site);
        Subscription subscription = site.cluster().directory().listen(sightings);
        context.untilClosed(() -> {
            subscription.close();
            sightings.close();
        });
        context.disco(NAMESPACE, Scope.SERVER);
        context.disco(NAMESPACE, Scope.ACCOUNT);
        context.iq(
                Iq.Type.GET,
                "query",
                NAMESPACE,
                Scope.SERVER,
                request -> answer(request, Duration.ofNanos(site.timers().nanos() - began)));
        for (Scope scope : List.of(Scope.ACCOUNT, Scope.SUBSCRIBER)) {
            context.iq(Iq.Type.GET, "query", NAMESPACE, scope, request -> account(site, sightings, request));
        }
        context.route().screen((stanza, source) -> isStrange(context, stanza) ? FORBIDDEN : null);
        context.iq(
                Iq.Type.GET,
                "query",
                NAMESPACE,
                Scope.STRANGER,
                request -> request.refuse(StanzaError.of(Condition.FORBIDDEN)));
    }

    /** 4: a resource is not asked by those who may not see its presence. */
    private static boolean isStrange(FeatureContext context, Stanza stanza) {
        if (!(stanza instanceof Iq iq) || iq.type() != Iq.Type.GET || !(iq.to() instanceof FullJid to)) {
            return false;
        }
        Jid from = iq.from();
        return from != null
                && NAMESPACE.equals(iq.content().firstNamespace())
                && context.site().domains().test(to.domain())
                && !from.bare().equals(to.bareJid())
                && !context.presence().get().isSubscriber(to.bareJid(), from);
    }

    private static void account(FeatureSite site, Sightings sightings, IqRequest request) {
        Jid account = request.iq().to();
        String jid = account == null ? "" : account.toString();
        Instant logout = sightings.logout(jid);
        if (!site.cluster().directory().bindings(jid).isEmpty()) {
            answer(request, Duration.ZERO);
        } else if (logout != null) {
            answer(request, Duration.between(logout, site.timers().now()));
        } else {
            request.refuse(StanzaError.of(Condition.SERVICE_UNAVAILABLE, "no logout of this account is known"));
        }
    }

    private static void answer(IqRequest request, Duration since) {
        request.answer(Element.of("query", NAMESPACE)
                .attribute("seconds", Long.toString(Math.max(0, since.toSeconds())))
                .build());
    }
}
