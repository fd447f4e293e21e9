package org.trestle.xmpp.feature.roster;

import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/** RFC 6121 2 to 4: rosters with versions, subscriptions with pre-approval, and presence for those who are subscribed. */
public final class RosterFeature implements Feature {
    static final String NAMESPACE = "jabber:iq:roster";

    private static final Element VERSIONING =
            Element.of("ver", "urn:xmpp:features:rosterver").build();
    private static final Element PRE_APPROVAL =
            Element.of("sub", "urn:xmpp:features:pre-approval").build();

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("RFC 6121", "XMPP: Instant Messaging and Presence", "2011-03");
    }

    @Override
    public void install(FeatureContext context) {
        FeatureSite site = context.site();
        RosterMeters meters = new RosterMeters(site.registry());
        RosterLimits limits = RosterLimits.DEFAULT;
        Rosters rosters = new Rosters(site.cluster().tables(), limits, meters);
        RosterRequests requests = new RosterRequests(site, context.switchboard(), rosters, limits, meters);
        context.iq(Iq.Type.GET, "query", NAMESPACE, Scope.ACCOUNT, requests::get);
        context.iq(Iq.Type.SET, "query", NAMESPACE, Scope.ACCOUNT, requests::set);
        context.disco(NAMESPACE, Scope.SERVER);
        context.rosters(account -> RosterRequests.listed(rosters.of(account), null));
        context.advertise(FeatureContext.Stage.AFTER_LOGIN, () -> VERSIONING);
        context.advertise(FeatureContext.Stage.AFTER_LOGIN, () -> PRE_APPROVAL);
        SubscriptionRules rules = new SubscriptionRules(site, context.switchboard(), rosters, limits, meters);
        context.presence(rules, rules::inbound);
        RosterChanges changes = new RosterChanges(site, context.switchboard(), rosters, meters);
        EndedAccounts ended = new EndedAccounts(site, rosters);
        context.untilClosed(site.cluster().tables().watch(Rosters.TABLE, ended::changed));
        context.untilClosed(site.cluster().tables().watch(Rosters.TABLE, changes::changed));
    }
}
