package org.trestle.xmpp.feature.disco;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqHandler;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;

/** XEP-0030 for the server and for accounts. Neither has nodes; the items of the server are its connected components. */
public final class DiscoFeature implements Feature {
    static final String INFO = "http://jabber.org/protocol/disco#info";
    static final String ITEMS = "http://jabber.org/protocol/disco#items";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0030", "Service Discovery", "2.5.0");
    }

    @Override
    public void install(FeatureContext context) {
        for (Scope scope : Scope.values()) {
            context.disco(INFO, scope);
            context.disco(ITEMS, scope);
            Element identity = identity(context, scope);
            context.iq(
                    Iq.Type.GET,
                    "query",
                    INFO,
                    scope,
                    withoutNode(request -> request.answer(info(context, scope, identity))));
            context.iq(
                    Iq.Type.GET, "query", ITEMS, scope, withoutNode(request -> request.answer(items(context, scope))));
        }
    }

    private static Element identity(FeatureContext context, Scope scope) {
        return switch (scope) {
            case SERVER ->
                Element.of("identity", INFO)
                        .attribute("category", "server")
                        .attribute("type", "im")
                        .attribute("name", context.product().name())
                        .build();
            case ACCOUNT ->
                Element.of("identity", INFO)
                        .attribute("category", "account")
                        .attribute("type", "registered")
                        .build();
        };
    }

    private static Element info(FeatureContext context, Scope scope, Element identity) {
        Element.Builder query = Element.of("query", INFO).child(identity);
        for (String namespace : context.announced(scope)) {
            query.child(Element.of("feature", INFO).attribute("var", namespace).build());
        }
        return query.build();
    }

    private static Element items(FeatureContext context, Scope scope) {
        Element.Builder query = Element.of("query", ITEMS);
        if (scope == Scope.SERVER) {
            for (String domain : context.components().get()) {
                query.child(Element.of("item", ITEMS).attribute("jid", domain).build());
            }
        }
        return query.build();
    }

    private static IqHandler withoutNode(IqHandler handler) {
        return request -> {
            @Nullable String node = request.element().attribute("node");
            if (node == null || node.isEmpty()) {
                handler.handle(request);
            } else {
                request.refuse(StanzaError.of(StanzaError.Condition.ITEM_NOT_FOUND));
            }
        };
    }
}
