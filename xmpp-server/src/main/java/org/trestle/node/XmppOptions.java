package org.trestle.node;

import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.ServerKeys;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.server.XmppServer;
import org.trestle.xmpp.server.XmppSettings;
import org.trestle.xmpp.session.SessionLimits;
import org.trestle.xmpp.stream.ClientSettings;
import org.trestle.xmpp.stream.ComponentSettings;
import org.trestle.xmpp.stream.ServerTls;
import org.trestle.xmpp.stream.StreamLimits;
import org.trestle.xmpp.xml.XmlLimits;

/** The node's options, as the XMPP server takes them. */
final class XmppOptions {
    private static final Logger log = LoggerFactory.getLogger(XmppOptions.class);

    private final NodeConfig config;
    private final ExternalServices services;
    private final SslContext clientTls;
    private final SslContext componentTls;

    /**
     * The keys may be replaced later: each handshake asks them.
     *
     * @param authorities whose certificates clients may log in with
     */
    XmppOptions(NodeConfig config, ServerKeys keys, List<X509Certificate> authorities, ExternalServices services)
            throws StartException {
        this.config = config;
        this.services = services;
        try {
            this.clientTls = ServerTls.forClients(keys, authorities, config.tlsProvider());
            log.info("TLS is spoken by {}", config.tlsProvider().words());
            this.componentTls = ServerTls.forComponents(keys, config.tlsProvider());
        } catch (SSLException unusable) {
            throw new StartException(
                    "TLS cannot be spoken: " + unusable.getMessage() + " (trestle.tls.provider)", unusable);
        }
    }

    /** How TLS is spoken with clients. */
    SslContext clientTls() {
        return clientTls;
    }

    XmppSettings settings(Listening listening) {
        NodeConfig.Limits limits = config.limits();
        boolean loopbackOnly = listening.addresses().stream().allMatch(InetAddress::isLoopbackAddress);
        return new XmppSettings(
                at(listening, config.listen().client()),
                at(listening, config.listen().component()),
                new ClientSettings(
                        !(config.clients().plainOnLoopback() && loopbackOnly),
                        ClientSettings.DEFAULT.saslAttempts(),
                        streams(limits.clients())),
                new ComponentSettings(config.components().plainNetworks(), streams(limits.components())),
                () -> clientTls,
                () -> componentTls,
                List::of,
                sessions(),
                services,
                version());
    }

    private static List<InetSocketAddress> at(Listening listening, int port) {
        return listening.addresses().stream()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    private StreamLimits streams(int connections) {
        NodeConfig.Limits limits = config.limits();
        XmlLimits before = XmlLimits.BEFORE_AUTHENTICATION;
        XmlLimits after = XmlLimits.AFTER_AUTHENTICATION;
        StreamLimits usual = StreamLimits.DEFAULT;
        return new StreamLimits(
                before.withMaxBytes(limits.unauthenticated()),
                new XmlLimits(
                        limits.stanza(),
                        limits.depth(),
                        limits.attributes(),
                        after.maxNameBytes(),
                        limits.namespaces(),
                        limits.names()),
                connections,
                limits.unauthenticatedPerAddress(),
                usual.tlsHandshake(),
                limits.authentication(),
                usual.closing(),
                usual.writeLowWater(),
                usual.writeHighWater(),
                usual.maxWaiting());
    }

    private SessionLimits sessions() {
        SessionLimits usual = SessionLimits.DEFAULT;
        return new SessionLimits(
                config.limits().sessionsPerUser(),
                usual.maxDirected(),
                usual.excess(),
                usual.presences(),
                usual.hold(),
                usual.slowReader(),
                usual.idle(),
                usual.answer());
    }

    private static String version() {
        return Optional.ofNullable(XmppServer.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
