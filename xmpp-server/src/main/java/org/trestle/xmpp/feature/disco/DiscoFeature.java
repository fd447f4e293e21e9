package org.trestle.xmpp.feature.disco;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.xmpp.feature.Description;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqHandler;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/**
 * XEP-0030 for the server, its nodes, and accounts, with the forms of XEP-0128. The items of the server are its connected
 * components; those of an account, its available resources, for those who may see its presence. Others learn nothing of an
 * account, not even whether it exists.
 */
public final class DiscoFeature implements Feature {
    static final String INFO = "http://jabber.org/protocol/disco#info";
    static final String ITEMS = "http://jabber.org/protocol/disco#items";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0030", "Service Discovery", "2.5.0");
    }

    @Override
    public List<FeatureInfo> implemented() {
        return List.of(info(), new FeatureInfo("XEP-0128", "Service Discovery Extensions", "1.0.1"));
    }

    @Override
    public void install(FeatureContext context) {
        context.discovery()
                .identity(new Description.Identity(
                        "server", "im", context.product().name()));
        context.discovery().items(() -> components(context));
        context.iq(Iq.Type.GET, "query", INFO, Scope.SERVER, request -> serverInfo(context, request));
        context.iq(Iq.Type.GET, "query", ITEMS, Scope.SERVER, request -> serverItems(context, request));
        for (Scope scope : List.of(Scope.ACCOUNT, Scope.SUBSCRIBER)) {
            context.iq(Iq.Type.GET, "query", INFO, scope, withoutNode(request -> accountInfo(context, request)));
            context.iq(Iq.Type.GET, "query", ITEMS, scope, withoutNode(request -> accountItems(context, request)));
        }
        for (Scope scope : List.of(Scope.SERVER, Scope.ACCOUNT)) {
            context.disco(INFO, scope);
            context.disco(ITEMS, scope);
        }
    }

    private static List<Description.Item> components(FeatureContext context) {
        return context.components().get().stream()
                .map(domain -> new Description.Item(domain, null, null))
                .toList();
    }

    private static void serverInfo(FeatureContext context, IqRequest request) {
        String node = node(request);
        answer(
                request,
                node,
                node == null
                        ? context.discovery().server()
                        : context.discovery().ask(nodes -> nodes.description(node, request)));
    }

    private static void serverItems(FeatureContext context, IqRequest request) {
        String node = node(request);
        List<Description.Item> items = node == null
                ? context.discovery().serverItems()
                : context.discovery().<List<Description.Item>>ask(nodes -> nodes.items(node, request));
        if (items == null) {
            request.refuse(StanzaError.of(Condition.ITEM_NOT_FOUND));
        } else {
            answer(request, node, items);
        }
    }

    private static void accountInfo(FeatureContext context, IqRequest request) {
        Jid account = request.iq().to();
        boolean admin = account != null && context.site().accounts().isAdmin(account.toString());
        answer(
                request,
                null,
                new Description(
                        List.of(new Description.Identity("account", admin ? "admin" : "registered", null)),
                        new TreeSet<>(context.discovery().features(Scope.ACCOUNT)),
                        List.of()));
    }

    private static void accountItems(FeatureContext context, IqRequest request) {
        Jid account = request.iq().to();
        List<Description.Item> items = new ArrayList<>();
        if (account != null) {
            for (Binding binding : context.site().cluster().directory().bindings(account.toString())) {
                if (Availability.isAvailable(binding)) {
                    items.add(new Description.Item(account + "/" + binding.resource(), null, null));
                }
            }
        }
        answer(request, null, items);
    }

    private static void answer(IqRequest request, @Nullable String node, @Nullable Description description) {
        if (description == null) {
            request.refuse(StanzaError.of(Condition.ITEM_NOT_FOUND));
            return;
        }
        Element.Builder query = Element.of("query", INFO).attribute("node", node);
        for (Description.Identity identity : description.identities()) {
            query.child(Element.of("identity", INFO)
                    .attribute("category", identity.category())
                    .attribute("type", identity.type())
                    .attribute("name", identity.name())
                    .build());
        }
        for (String namespace : description.features()) {
            query.child(Element.of("feature", INFO).attribute("var", namespace).build());
        }
        description.forms().forEach(form -> query.child(form.element()));
        request.answer(query.build());
    }

    private static void answer(IqRequest request, @Nullable String node, List<Description.Item> items) {
        Element.Builder query = Element.of("query", ITEMS).attribute("node", node);
        for (Description.Item item : items) {
            query.child(Element.of("item", ITEMS)
                    .attribute("jid", item.jid())
                    .attribute("node", item.node())
                    .attribute("name", item.name())
                    .build());
        }
        request.answer(query.build());
    }

    private static @Nullable String node(IqRequest request) {
        String node = request.element().attribute("node");
        return node == null || node.isEmpty() ? null : node;
    }

    private static IqHandler withoutNode(IqHandler handler) {
        return request -> {
            if (node(request) == null) {
                handler.handle(request);
            } else {
                request.refuse(StanzaError.of(Condition.ITEM_NOT_FOUND));
            }
        };
    }
}
