package org.trestle.xmpp.feature.caps;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.DescribedNode;
import org.trestle.xmpp.feature.Description;
import org.trestle.xmpp.feature.Discovery;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.xml.Element;

/**
 * XEP-0115 for the server: its capabilities stand in the stream features after the login (6.3), and its node with their
 * hash can be asked (6.2). Those of clients pass through in their presence.
 */
public final class CapsFeature implements Feature {
    static final String NAMESPACE = "http://jabber.org/protocol/caps";

    /** Names this program; nothing is to be found there. */
    static final String NODE = "urn:trestle:xmpp-server";

    /** What was hashed last: it changes when the operator changes addresses, hardly ever otherwise. */
    private record Hashed(Description description, String ver) {}

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0115", "Entity Capabilities", "1.6.0");
    }

    @Override
    public void install(FeatureContext context) {
        context.disco(NAMESPACE, Scope.SERVER);
        Supplier<String> ver = hashed(context.discovery());
        context.advertise(
                FeatureContext.Stage.AFTER_LOGIN,
                () -> Element.of("c", NAMESPACE)
                        .attribute("hash", "sha-1")
                        .attribute("node", NODE)
                        .attribute("ver", ver.get())
                        .build());
        context.discovery().nodes(new DescribedNode() {
            @Override
            public @Nullable Description description(String node, IqRequest request) {
                return node.equals(NODE + "#" + ver.get()) ? context.discovery().server() : null;
            }

            @Override
            public @Nullable List<Description.Item> items(String node, IqRequest request) {
                return node.equals(NODE + "#" + ver.get()) ? List.of() : null;
            }
        });
    }

    private static Supplier<String> hashed(Discovery discovery) {
        return new Supplier<>() {
            private volatile @Nullable Hashed last;

            @Override
            public String get() {
                Description now = discovery.server();
                Hashed known = last;
                if (known == null || !known.description.equals(now)) {
                    known = new Hashed(now, Verification.of(now));
                    last = known;
                }
                return known.ver;
            }
        };
    }
}
