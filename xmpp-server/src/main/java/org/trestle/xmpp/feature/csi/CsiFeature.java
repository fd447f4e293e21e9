package org.trestle.xmpp.feature.csi;

import io.micrometer.core.instrument.Counter;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.xml.Element;

/**
 * XEP-0352: a client that nobody looks at gets presence only together with something that matters, and then only the last of
 * each sender; chat states are left out. A resumed stream begins as active (XEP-0352 5.2).
 */
public final class CsiFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:csi:0";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0352", "Client State Indication", "1.0.0");
    }

    @Override
    public void install(FeatureContext context) {
        Element feature = Element.of("csi", NAMESPACE).build();
        Counter saved = context.site().registry().counter("xmpp.csi.saved");
        context.advertise(FeatureContext.Stage.AFTER_LOGIN, () -> feature);
        context.nonza("inactive", NAMESPACE, session -> {
            if (!session.hasOutlet()) {
                session.outlet(new WaitingPresence(session.address(), saved));
            }
        });
        context.nonza("active", NAMESPACE, session -> session.outlet(null));
    }
}
