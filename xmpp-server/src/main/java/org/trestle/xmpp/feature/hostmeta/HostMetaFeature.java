package org.trestle.xmpp.feature.hostmeta;

import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;

/** XEP-0156: the documents are made ({@link HostMeta}); they are served once there is an HTTP port to connect to. */
public final class HostMetaFeature implements Feature {

    @Override
    public FeatureInfo info() {
        return new FeatureInfo(
                "XEP-0156",
                "Discovering Alternative XMPP Connection Methods",
                "1.4.0",
                FeatureInfo.State.PARTIAL,
                "0.1");
    }

    @Override
    public void install(FeatureContext context) {
        // Nothing of it happens on an XMPP stream.
    }
}
