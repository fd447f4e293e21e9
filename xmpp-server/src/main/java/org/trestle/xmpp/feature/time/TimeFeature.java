package org.trestle.xmpp.feature.time;

import java.time.temporal.ChronoUnit;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/** XEP-0202: the wall clock of this node, in UTC; where the node stands is nobody's business. */
public final class TimeFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:time";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0202", "Entity Time", "2.0");
    }

    @Override
    public void install(FeatureContext context) {
        context.disco(NAMESPACE, Scope.SERVER);
        context.iq(
                Iq.Type.GET,
                "time",
                NAMESPACE,
                Scope.SERVER,
                request -> request.answer(Element.of("time", NAMESPACE)
                        .child("tzo", "+00:00")
                        .child(
                                "utc",
                                context.site()
                                        .timers()
                                        .now()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())
                        .build()));
    }
}
