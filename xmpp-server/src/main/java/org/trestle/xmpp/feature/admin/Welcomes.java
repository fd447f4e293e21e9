package org.trestle.xmpp.feature.admin;

import org.trestle.auth.accounts.LastSeen;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/**
 * Welcomes an account when its first session is available for the first time. That no login of it is known makes it the
 * first; two within the first seconds may both be welcomed.
 */
final class Welcomes implements Directory.Listener {
    private final FeatureContext context;
    private final FeatureSite site;
    private final Notices notices;

    Welcomes(FeatureContext context) {
        this.context = context;
        this.site = context.site();
        this.notices = new Notices(site.cluster().tables());
    }

    @Override
    public void updated(Binding before, Binding after) {
        if (Availability.isAvailable(before)
                || !Availability.isAvailable(after)
                || !after.node().equals(site.cluster().self())) {
            return;
        }
        String text = notices.get(Notices.WELCOME);
        Endpoint session = site.endpoints().get(after.session());
        if (text != null
                && session != null
                && LastSeen.of(site.cluster().tables(), after.account()).login() == null
                && site.accounts().exists(after.account())) {
            Jid jid = session.address();
            Element body = Element.of("body", Namespaces.CLIENT).text(text).build();
            session.onLoop(() -> context.switchboard()
                    .route(Message.of(Message.Type.HEADLINE, Jid.of(jid.domain()), jid, body), null));
        }
    }
}
