package org.trestle.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.X509TrustManager;
import org.jivesoftware.smack.ConnectionConfiguration;
import org.jivesoftware.smack.ConnectionListener;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.StanzaBuilder;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.RosterEntry;
import org.jivesoftware.smack.roster.packet.RosterPacket;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jspecify.annotations.Nullable;
import org.jxmpp.jid.BareJid;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.stringprep.XmppStringprepException;

/** A person's client: Smack, with STARTTLS required and any certificate taken. */
final class TestClient implements AutoCloseable {
    private final XMPPTCPConnection connection;
    private final List<Stanza> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    private TestClient(XMPPTCPConnection connection) {
        this.connection = connection;
    }

    static TestClient login(NodeProcess node, String user, String password, String resource)
            throws IOException, SmackException, XMPPException, InterruptedException {
        return login(node, user, password, resource, null);
    }

    /** By TLS at once (XEP-0368), on the port that clients share with the relay. */
    static TestClient loginOnSharedPort(NodeProcess node, String user, String password, String resource)
            throws IOException, SmackException, XMPPException, InterruptedException {
        return login(settings(node, user, password, resource)
                .setPort(node.sharedPort())
                .setSecurityMode(ConnectionConfiguration.SecurityMode.disabled)
                .setSocketFactory(new DirectTls("xmpp-client"))
                .build());
    }

    /** {@code mechanism}: the only SASL mechanism to use, or null for Smack's choice. */
    static TestClient login(NodeProcess node, String user, String password, String resource, @Nullable String mechanism)
            throws IOException, SmackException, XMPPException, InterruptedException {
        XMPPTCPConnectionConfiguration.Builder settings = settings(node, user, password, resource);
        if (mechanism != null) {
            settings.addEnabledSaslMechanism(mechanism);
        }
        return login(settings.build());
    }

    private static XMPPTCPConnectionConfiguration.Builder settings(
            NodeProcess node, String user, String password, String resource) throws IOException {
        return XMPPTCPConnectionConfiguration.builder()
                .setXmppDomain(TestCluster.DOMAIN)
                .setHostAddress(InetAddress.getByName(node.address()))
                .setPort(node.clientPort())
                .setSecurityMode(ConnectionConfiguration.SecurityMode.required)
                .setCustomX509TrustManager(new AnyCertificate())
                .setHostnameVerifier((host, session) -> true)
                .setUsernameAndPassword(user, password)
                .setResource(resource)
                .setConnectTimeout(60_000);
    }

    private static TestClient login(XMPPTCPConnectionConfiguration settings)
            throws IOException, SmackException, XMPPException, InterruptedException {
        XMPPTCPConnection connection = new XMPPTCPConnection(settings);
        connection.setReplyTimeout(60_000);
        connection.setUseStreamManagement(false);
        Roster.getInstanceFor(connection).setRosterLoadedAtLogin(false);
        TestClient client = new TestClient(connection);
        // In the order of the stream; the asynchronous kind would hand stanzas to several threads at once.
        connection.addSyncStanzaListener(client.received::add, stanza -> true);
        connection.addConnectionListener(client.new EndListener());
        try {
            connection.connect().login();
        } catch (IOException | SmackException | XMPPException | InterruptedException failure) {
            connection.instantShutdown();
            throw failure;
        }
        return client;
    }

    XMPPTCPConnection connection() {
        return connection;
    }

    String jid() {
        return connection.getUser().toString();
    }

    BareJid bare() {
        return connection.getUser().asBareJid();
    }

    /** The account's roster, asked for at the first call; requests for a subscription are granted from then on. */
    Roster roster() throws SmackException, InterruptedException {
        Roster roster = Roster.getInstanceFor(connection);
        roster.setSubscriptionMode(Roster.SubscriptionMode.accept_all);
        if (!roster.isLoaded()) {
            roster.reloadAndWait();
        }
        return roster;
    }

    void awaitSubscribedBothWays(BareJid contact) throws Exception {
        Roster roster = roster();
        Await.untilTrue(
                Await.SOON,
                () -> contact + " is subscribed both ways in the roster of " + user() + ": " + roster.getEntry(contact),
                () -> {
                    RosterEntry entry = roster.getEntry(contact);
                    return entry != null && entry.getType() == RosterPacket.ItemType.both;
                });
    }

    void awaitAvailable(BareJid contact) throws Exception {
        Roster roster = roster();
        Await.untilTrue(
                Await.SOON,
                () -> contact + " is available for " + user(),
                () -> roster.getPresence(contact).isAvailable());
    }

    void message(String to, String body) throws Exception {
        connection.sendStanza(StanzaBuilder.buildMessage()
                .to(JidCreate.from(to))
                .ofType(Message.Type.chat)
                .setBody(body)
                .build());
    }

    void presence(String to, Presence.Type type) throws Exception {
        connection.sendStanza(StanzaBuilder.buildPresence()
                .to(JidCreate.from(to))
                .ofType(type)
                .build());
    }

    <T extends Stanza> T await(String what, Class<T> kind, Predicate<T> wanted) {
        return Await.until(
                Await.SOON,
                () -> user() + " receives " + what + "; it has " + received,
                () -> received.stream()
                        .filter(kind::isInstance)
                        .map(kind::cast)
                        .filter(wanted)
                        .findFirst()
                        .orElse(null));
    }

    Message awaitBody(String body) {
        return await("\"" + body + "\"", Message.class, message -> body.equals(message.getBody()));
    }

    long count(String body) {
        return received.stream()
                .filter(stanza -> stanza instanceof Message message && body.equals(message.getBody()))
                .count();
    }

    /** Why the connection ended, in Smack's words, which carry the stream error. */
    String awaitEnd(Duration limit) throws Exception {
        return ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean open() {
        return connection.isConnected();
    }

    /** Cuts the connection without a word. */
    void cut() {
        connection.instantShutdown();
    }

    @Override
    public void close() {
        connection.disconnect();
    }

    private String user() {
        return String.valueOf(connection.getConfiguration().getUsername());
    }

    static org.jxmpp.jid.Jid jid(String text) throws XmppStringprepException {
        return JidCreate.from(text);
    }

    private final class EndListener implements ConnectionListener {
        @Override
        public void connectionClosed() {
            ended.complete("closed");
        }

        @Override
        public void connectionClosedOnError(Exception failure) {
            ended.complete(String.valueOf(failure.getMessage()));
        }
    }

    /** The nodes' certificates are self-signed; what is tested is that there is TLS at all. */
    static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
