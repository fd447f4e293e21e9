package org.trestle.xmpp.feature.carbons;

import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;

/**
 * XEP-0280. Which resource wants copies is in the session directory, so the sender's node sends each copy straight to its
 * resource. Nobody can forge one: only the server sends messages from the bare Jid of an account.
 */
public final class CarbonsFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:carbons:2";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0280", "Message Carbons", "1.0.1");
    }

    @Override
    public void install(FeatureContext context) {
        context.disco(NAMESPACE, Scope.SERVER);
        context.iq(Iq.Type.SET, "enable", NAMESPACE, Scope.ACCOUNT, request -> wanted(context.site(), request, true));
        context.iq(Iq.Type.SET, "disable", NAMESPACE, Scope.ACCOUNT, request -> wanted(context.site(), request, false));
        context.route()
                .copies((message, direction) ->
                        CarbonRules.isEligible(message, direction) ? CarbonCopy.of(message, direction) : null);
    }

    /** Asking again for what is already so is no error. */
    private static void wanted(FeatureSite site, IqRequest request, boolean on) {
        ClientSession session = session(site, request.iq().from());
        if (session == null) {
            request.refuse(StanzaError.of(StanzaError.Condition.NOT_ALLOWED));
            return;
        }
        session.copies(on).whenComplete((done, failed) -> {
            if (failed == null) {
                request.answer();
            } else {
                request.refuse(StanzaError.of(
                        StanzaError.Condition.RESOURCE_CONSTRAINT, "the cluster did not answer; try again"));
            }
        });
    }

    private static @Nullable ClientSession session(FeatureSite site, @Nullable Jid jid) {
        if (!(jid instanceof FullJid full)) {
            return null;
        }
        Binding binding = site.cluster().directory().binding(full.bareJid().toString(), full.resource());
        return binding != null && site.endpoints().get(binding.session()) instanceof ClientSession session
                ? session
                : null;
    }
}
