package org.trestle.xmpp.feature;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.route.RouteHooks;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.PresenceRules;
import org.trestle.xmpp.session.Switchboard;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/** What a feature may use and hook into while it is installed. */
public interface FeatureContext {

    /**
     * Gives requests with this child to {@code handler}.
     *
     * @throws IllegalStateException when another feature has them already
     */
    void iq(Iq.Type type, String name, String namespace, Scope scope, IqHandler handler);

    /** Announces a namespace in what the server, or an account, says of itself (XEP-0030). */
    void disco(String namespace, Scope scope);

    /** All that the server and its accounts say of themselves. */
    Discovery discovery();

    /** Offers a command (XEP-0050). */
    void command(AdHocCommand command);

    /** All commands, in the order in which they were offered; complete once all features are installed. */
    List<AdHocCommand> commands();

    /** Lets others read rosters: the element {@code query} of {@code jabber:iq:roster} for an account. */
    void rosters(Function<BareJid, Element> reader);

    /** The roster of an account as an element, empty when there is none. */
    Element roster(BareJid account);

    /**
     * Puts an element into the stream features that clients get (RFC 6120 4.3.2). Asked for each stream, on its loop, after
     * all features are installed; null for nothing.
     */
    void advertise(Stage stage, Supplier<@Nullable Element> feature);

    /** Answers requests with this child from clients that have not authenticated. */
    void stranger(String name, String namespace, StrangerHandler handler);

    /** When a stream feature is offered. */
    enum Stage {
        /** Before the client has authenticated. */
        BEFORE_LOGIN,
        /** After it has, beside the binding of a resource. */
        AFTER_LOGIN
    }

    /** Ends with the server, when its streams have gone. */
    void untilClosed(Subscription subscription);

    /** The domains of components that are connected to some node, in order. */
    Supplier<List<String>> components();

    /** The name and version of this server. */
    Product product();

    /** The cluster, the sessions here, limits, time and meters. */
    FeatureSite site();

    /** The stages of stanzas on their way. */
    RouteHooks route();

    /** Takes stanzas that the feature makes; not to be used before the first stanza has come. */
    Switchboard switchboard();

    /**
     * Makes {@code rules} decide about presence; {@code inbound} gets subscriptions and probes of those who are not accounts
     * of this server.
     *
     * @throws IllegalStateException when another feature does so already
     */
    void presence(PresenceRules rules, InboundPresence inbound);

    /** What decides about presence; complete once all features are installed. */
    Supplier<PresenceRules> presence();

    /** Gives elements of this name that a bound client sends, and that are no stanzas, to {@code handler} on its loop. */
    void nonza(String name, String namespace, Consumer<ClientSession> handler);

    /** Tells, on its loop, of each session whose available presence is in force, at first and whenever it changes. */
    void available(Consumer<ClientSession> listener);

    /**
     * Gives answers that clients and components send to the server itself to {@code handler}, on their loops, when the id
     * begins with {@code prefix} and a hyphen.
     */
    void answers(String prefix, Consumer<Iq> handler);

    /** Asks {@code handler}, in the order of installation, to take messages that no resource can take. */
    void unreceived(UnreceivedMessages handler);

    /** What people call this program, and which release it is. */
    record Product(String name, String version) {}
}
