package org.trestle.xmpp.feature;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.route.LocalServices;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.session.StreamFeatures;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.session.WithoutRosters;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/**
 * Gives each request to the feature that has claimed it, and answers the others (RFC 6120 8.4): {@code service-unavailable}.
 * Read-only once built.
 */
public final class FeatureHost implements LocalServices, StreamFeatures, FeatureContext {

    private record Nonza(String name, String namespace) {}

    private final FeatureSite site;
    private final RouteHooks hooks;
    private final Switchboard switchboard;
    private final Supplier<List<String>> components;
    private final Product product;
    private final IqTable requests;
    private @Nullable PresenceRules rules;
    private InboundPresence inbound = (presence, account, sender) -> false;
    private final List<Consumer<ClientSession>> available = new ArrayList<>();
    private final Map<Nonza, Consumer<ClientSession>> nonzas = new HashMap<>();
    private final Map<String, Consumer<Iq>> answers = new HashMap<>();
    private final List<UnreceivedMessages> unreceived = new ArrayList<>();
    private final List<AdHocCommand> commands = new ArrayList<>();
    private Function<BareJid, Element> rosters =
            account -> Element.of("query", "jabber:iq:roster").build();
    private final Discovery discovery = new Discovery();
    private final StreamOffers offers = new StreamOffers();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();

    /** Installs the features in order. */
    public FeatureHost(
            List<Feature> features,
            FeatureSite site,
            RouteHooks hooks,
            Switchboard switchboard,
            Supplier<List<String>> components,
            Product product) {
        this.site = site;
        this.hooks = hooks;
        this.switchboard = switchboard;
        this.components = components;
        this.product = product;
        this.requests = new IqTable(switchboard);
        for (Feature feature : features) {
            feature.install(this);
        }
    }

    @Override
    public void server(Iq iq, @Nullable Source asker) {
        if (iq.isRequest()) {
            requests.dispatch(iq, Scope.SERVER, asker);
            return;
        }
        int hyphen = iq.id().indexOf('-');
        Consumer<Iq> handler = hyphen < 0 ? null : answers.get(iq.id().substring(0, hyphen));
        if (handler != null) {
            handler.accept(iq);
        }
    }

    /** To those who may not see its presence an account says what one that does not exist says. */
    @Override
    public void account(Iq iq, BareJid account, @Nullable Source asker) {
        Jid from = iq.from();
        if (!iq.isRequest() || from == null) {
            return;
        }
        Scope scope = from.bare().equals(account)
                ? Scope.ACCOUNT
                : rules().isSubscriber(account, from) ? Scope.SUBSCRIBER : Scope.STRANGER;
        requests.dispatch(iq, scope, asker);
    }

    @Override
    public boolean presence(Presence presence, BareJid account, @Nullable Source sender) {
        return inbound.take(presence, account, sender);
    }

    /** What decides about presence. */
    public PresenceRules rules() {
        PresenceRules chosen = rules;
        return new HookedPresence(
                chosen == null ? new WithoutRosters(switchboard) : chosen, hooks, switchboard, available);
    }

    @Override
    public boolean unreceived(Message message, BareJid account, @Nullable Source sender) {
        for (UnreceivedMessages handler : unreceived) {
            if (handler.take(message, account, sender)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void iq(Iq.Type type, String name, String namespace, Scope scope, IqHandler handler) {
        requests.add(type, name, namespace, scope, handler);
    }

    @Override
    public void disco(String namespace, Scope scope) {
        discovery.feature(namespace, scope);
    }

    @Override
    public void command(AdHocCommand command) {
        commands.add(command);
    }

    @Override
    public List<AdHocCommand> commands() {
        return Collections.unmodifiableList(commands);
    }

    @Override
    public void rosters(Function<BareJid, Element> reader) {
        rosters = reader;
    }

    @Override
    public Element roster(BareJid account) {
        return rosters.apply(account);
    }

    @Override
    public Discovery discovery() {
        return discovery;
    }

    @Override
    public void advertise(Stage stage, Supplier<@Nullable Element> feature) {
        offers.advertise(stage, feature);
    }

    @Override
    public List<Element> offered(boolean authenticated) {
        return offers.offered(authenticated);
    }

    @Override
    public void stranger(String name, String namespace, StrangerHandler handler) {
        offers.stranger(name, namespace, handler);
    }

    @Override
    public @Nullable CompletionStage<Stanza> stranger(String domain, Iq request, InetAddress peer) {
        return offers.stranger(domain, request, peer);
    }

    @Override
    public void untilClosed(Subscription subscription) {
        subscriptions.add(subscription);
    }

    /** Ends what the features listen to. */
    public void close() {
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
    }

    @Override
    public Supplier<List<String>> components() {
        return components;
    }

    @Override
    public Product product() {
        return product;
    }

    @Override
    public FeatureSite site() {
        return site;
    }

    @Override
    public RouteHooks route() {
        return hooks;
    }

    @Override
    public Switchboard switchboard() {
        return switchboard;
    }

    @Override
    public void nonza(String name, String namespace, Consumer<ClientSession> handler) {
        nonzas.put(new Nonza(name, namespace), handler);
    }

    /** Gives what a client sends beside stanzas to the feature that knows it; false when none does. */
    public boolean nonza(ClientSession session, Element element) {
        Consumer<ClientSession> handler = nonzas.get(new Nonza(element.name(), element.namespace()));
        if (handler != null) {
            handler.accept(session);
        }
        return handler != null;
    }

    @Override
    public void available(Consumer<ClientSession> listener) {
        available.add(listener);
    }

    @Override
    public void answers(String prefix, Consumer<Iq> handler) {
        answers.put(prefix, handler);
    }

    @Override
    public void unreceived(UnreceivedMessages handler) {
        unreceived.add(handler);
    }

    @Override
    public void presence(PresenceRules rules, InboundPresence inbound) {
        if (this.rules != null) {
            throw new IllegalStateException("two features decide about presence");
        }
        this.rules = rules;
        this.inbound = inbound;
    }

    @Override
    public Supplier<PresenceRules> presence() {
        return this::rules;
    }
}
