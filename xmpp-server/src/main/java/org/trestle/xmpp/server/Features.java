package org.trestle.xmpp.server;

import java.util.List;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.adhoc.AdHocFeature;
import org.trestle.xmpp.feature.admin.AdminFeature;
import org.trestle.xmpp.feature.blocking.BlockingFeature;
import org.trestle.xmpp.feature.caps.CapsFeature;
import org.trestle.xmpp.feature.carbons.CarbonsFeature;
import org.trestle.xmpp.feature.contact.ContactFeature;
import org.trestle.xmpp.feature.csi.CsiFeature;
import org.trestle.xmpp.feature.disco.DiscoFeature;
import org.trestle.xmpp.feature.extdisco.ExtDiscoFeature;
import org.trestle.xmpp.feature.hostmeta.HostMetaFeature;
import org.trestle.xmpp.feature.last.LastFeature;
import org.trestle.xmpp.feature.offline.OfflineFeature;
import org.trestle.xmpp.feature.ping.PingFeature;
import org.trestle.xmpp.feature.register.RegisterFeature;
import org.trestle.xmpp.feature.roster.RosterFeature;
import org.trestle.xmpp.feature.stanzaid.StanzaIdFeature;
import org.trestle.xmpp.feature.time.TimeFeature;
import org.trestle.xmpp.feature.version.VersionFeature;

/**
 * What this server can do: one line a feature. Without its line and its package the server still builds. After a change here
 * {@code docs/xeps.md} is written anew; the test of this class says how.
 */
public final class Features {

    private Features() {}

    /** All features, in the order in which they are installed. */
    public static List<Feature> all() {
        return List.of(
                new PingFeature(), //
                new RosterFeature(),
                new CarbonsFeature(),
                new BlockingFeature(),
                new StanzaIdFeature(),
                new OfflineFeature(),
                new CsiFeature(),
                new DiscoFeature(),
                new ExtDiscoFeature(),
                new VersionFeature(),
                new CapsFeature(),
                new TimeFeature(),
                new LastFeature(),
                new ContactFeature(),
                new AdHocFeature(),
                new AdminFeature(),
                new RegisterFeature(),
                new HostMetaFeature());
    }

    /** What streams do themselves, before and below all features. */
    static List<FeatureInfo> ofStreams() {
        return List.of(
                new FeatureInfo("RFC 6120", "XMPP: Core", "2011-03", FeatureInfo.State.PARTIAL, "0.1"),
                new FeatureInfo("XEP-0114", "Jabber Component Protocol", "1.6"),
                new FeatureInfo("XEP-0198", "Stream Management", "1.6.3"),
                new FeatureInfo("XEP-0368", "SRV records for XMPP over TLS", "1.1.0"),
                new FeatureInfo("XEP-0440", "SASL Channel-Binding Type Capability", "1.0.0"),
                new FeatureInfo("XEP-0474", "SASL SCRAM Downgrade Protection", "0.5.0"));
    }
}
