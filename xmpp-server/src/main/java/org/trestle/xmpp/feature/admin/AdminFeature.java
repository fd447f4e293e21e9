package org.trestle.xmpp.feature.admin;

import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.FeatureSite;

/**
 * XEP-0133 for administrators, and for call bridges that were granted it: all of its commands but those for the whole
 * server's life and lists of who is blocked, which say where the same is done, and the retracted one that reads passwords.
 */
public final class AdminFeature implements Feature {

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0133", "Service Administration", "1.3.1");
    }

    @Override
    public void install(FeatureContext context) {
        FeatureSite site = context.site();
        Rights rights = new Rights(site);
        new AccountCommands(site, rights).all().forEach(context::command);
        new UserFacts(context, rights).all().forEach(context::command);
        new OverviewCommands(site, rights).all().forEach(context::command);
        new NoticeCommands(context, rights).all().forEach(context::command);
        new ServerCommands(site, rights).all().forEach(context::command);
        context.untilClosed(site.cluster().directory().listen(new Welcomes(context)));
    }
}
