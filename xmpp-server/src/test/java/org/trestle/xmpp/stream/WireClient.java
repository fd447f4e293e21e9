package org.trestle.xmpp.stream;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client that knows sockets and text only. Waits at most a minute and a half for anything. */
public final class WireClient implements AutoCloseable {
    public static final String OPEN = "<stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";

    private Socket socket;
    private KeyManager @Nullable [] keys;
    private String serverName = "example.com";

    public WireClient(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(90_000);
    }

    /** Shows this certificate when it is asked for one, whomever the server trusts. */
    public WireClient with(TestCertificate certificate) {
        keys = new KeyManager[] {new Shows(certificate)};
        return this;
    }

    /** The name that it asks for in its TLS handshake. */
    public WireClient asking(String serverName) {
        this.serverName = serverName;
        return this;
    }

    public WireClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** What it speaks over now. */
    public Socket socket() {
        return socket;
    }

    /** Reads up to and with these words. */
    public String until(String words) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(words, text.length() - words.length()) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the server has closed the connection after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /** Reads all there is until the server closes the connection. */
    public String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Shakes hands with whoever is there; gives the protocol's version. */
    public String startTls(String... applicationProtocols) throws IOException {
        return startTlsOf(List.of("TLSv1.3", "TLSv1.2"), applicationProtocols);
    }

    String startTlsOf(List<String> versions, String... applicationProtocols) throws IOException {
        SSLSocket tls = (SSLSocket) context().getSocketFactory().createSocket(socket, serverName, 5222, true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(versions.toArray(new String[0]));
        parameters.setApplicationProtocols(applicationProtocols);
        tls.setSSLParameters(parameters);
        tls.startHandshake();
        socket = tls;
        return tls.getSession().getProtocol();
    }

    public String applicationProtocol() {
        return ((SSLSocket) socket).getApplicationProtocol();
    }

    SSLSession session() {
        return ((SSLSocket) socket).getSession();
    }

    public X509Certificate serverCertificate() throws IOException {
        return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    /** Authenticates and binds; the stream must be allowed to. */
    public WireClient login(String name, String resource) throws IOException {
        authenticate(name);
        send("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                + "</resource></bind></iq>");
        until("</iq>");
        return this;
    }

    /** Authenticates and opens the stream that follows. */
    WireClient authenticate(String name) throws IOException {
        String plain = Base64.getEncoder().encodeToString(("\0" + name + "\0secret").getBytes(StandardCharsets.UTF_8));
        send(OPEN).until("</stream:features>");
        send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + plain + "</auth>")
                .until("<success");
        send(OPEN).until("</stream:features>");
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Shows extends X509ExtendedKeyManager {
        private final TestCertificate own;

        private Shows(TestCertificate own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "own";
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"own"};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {own.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.key().getPrivate();
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** Whose certificate it is the tests look at themselves. */
    private static final class TrustsAll implements X509TrustManager {
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
