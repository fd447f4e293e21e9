package org.trestle.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Sockets that speak TLS from the first byte, offer one protocol (RFC 7301), and take any certificate. */
final class DirectTls extends SocketFactory {
    private final String protocol;
    private final SSLContext context;

    DirectTls(String protocol) {
        this.protocol = protocol;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Any()}, null);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Any implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return offering((SSLSocket) context.getSocketFactory().createSocket());
    }

    private Socket offering(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws UnknownHostException {
        throw new UnsupportedOperationException("no test chooses its own port");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return offering((SSLSocket) context.getSocketFactory().createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new UnsupportedOperationException("no test chooses its own port");
    }
}
