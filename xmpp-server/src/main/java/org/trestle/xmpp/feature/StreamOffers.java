package org.trestle.xmpp.feature;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.FeatureContext.Stage;
import org.trestle.xmpp.session.StreamFeatures;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/** What features offer on a stream, before and after login, and to those who have not logged in. Read-only once filled. */
final class StreamOffers implements StreamFeatures {
    private final Map<String, StrangerHandler> strangers = new HashMap<>();
    private final Map<Stage, List<Supplier<@Nullable Element>>> advertised = new EnumMap<>(Stage.class);

    void advertise(Stage stage, Supplier<@Nullable Element> feature) {
        advertised.computeIfAbsent(stage, first -> new ArrayList<>()).add(feature);
    }

    void stranger(String name, String namespace, StrangerHandler handler) {
        strangers.put("{" + namespace + "}" + name, handler);
    }

    @Override
    public List<Element> offered(boolean authenticated) {
        List<Element> offered = new ArrayList<>();
        Stage stage = authenticated ? Stage.AFTER_LOGIN : Stage.BEFORE_LOGIN;
        for (Supplier<@Nullable Element> feature : advertised.getOrDefault(stage, List.of())) {
            Element element = feature.get();
            if (element != null) {
                offered.add(element);
            }
        }
        return offered;
    }

    @Override
    public @Nullable CompletionStage<Stanza> stranger(String domain, Iq request, InetAddress peer) {
        Payload content = request.content();
        StrangerHandler handler = strangers.get("{" + content.firstNamespace() + "}" + content.firstName());
        return handler == null ? null : handler.ask(domain, request, peer);
    }
}
