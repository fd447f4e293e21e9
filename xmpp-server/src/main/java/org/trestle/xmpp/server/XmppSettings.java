package org.trestle.xmpp.server;

import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.ComponentSettings;

/**
 * How the XMPP server of a node is run.
 *
 * @param clients where to listen for clients; port 0 chooses one
 * @param components where to listen for components; port 0 chooses one
 * @param clientTls asked anew for each connection, so that a new certificate needs no restart
 * @param componentTls likewise
 * @param domains local domains of the configuration, beside those of the cluster
 * @param limits what one session or component may use
 * @param services outside of XMPP, such as relays for media (XEP-0215)
 * @param version of this program, as it is told to those who ask (XEP-0092)
 */
public record XmppSettings(
        List<InetSocketAddress> clients,
        List<InetSocketAddress> components,
        ClientSettings client,
        ComponentSettings component,
        Supplier<SslContext> clientTls,
        Supplier<SslContext> componentTls,
        Supplier<? extends Collection<String>> domains,
        SessionLimits limits,
        ExternalServices services,
        String version) {

    /** Without services outside of XMPP. */
    public XmppSettings(
            List<InetSocketAddress> clients,
            List<InetSocketAddress> components,
            ClientSettings client,
            ComponentSettings component,
            Supplier<SslContext> clientTls,
            Supplier<SslContext> componentTls,
            Supplier<? extends Collection<String>> domains,
            SessionLimits limits,
            String version) {
        this(
                clients,
                components,
                client,
                component,
                clientTls,
                componentTls,
                domains,
                limits,
                ExternalServices.NONE,
                version);
    }

    public XmppSettings {
        clients = List.copyOf(clients);
        components = List.copyOf(components);
    }
}
