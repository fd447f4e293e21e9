package org.trestle.xmpp.feature.ping;

import java.util.List;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.stanza.Iq;

/**
 * XEP-0199 4.2 and 4.4: the server, and an account for its own resources, answer a ping. That the server pings who has been
 * silent (4.1) is done by each endpoint.
 */
public final class PingFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:ping";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0199", "XMPP Ping", "2.0.1");
    }

    @Override
    public void install(FeatureContext context) {
        for (Scope scope : List.of(Scope.SERVER, Scope.ACCOUNT)) {
            context.iq(Iq.Type.GET, "ping", NAMESPACE, scope, IqRequest::answer);
            context.disco(NAMESPACE, scope);
        }
    }
}
