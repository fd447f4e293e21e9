package org.trestle.xmpp.feature.version;

import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/** XEP-0092: name and version; never the operating system. */
public final class VersionFeature implements Feature {
    static final String NAMESPACE = "jabber:iq:version";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0092", "Software Version", "1.1");
    }

    @Override
    public void install(FeatureContext context) {
        Element answer = Element.of("query", NAMESPACE)
                .child("name", context.product().name())
                .child("version", context.product().version())
                .build();
        context.iq(Iq.Type.GET, "query", NAMESPACE, Scope.SERVER, request -> request.answer(answer));
        context.disco(NAMESPACE, Scope.SERVER);
    }
}
