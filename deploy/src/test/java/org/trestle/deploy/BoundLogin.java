package org.trestle.deploy;

import com.ongres.scram.client.ScramClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A login that binds itself to the TLS channel (SCRAM-SHA-256-PLUS), which Smack cannot do with such certificates. */
final class BoundLogin implements AutoCloseable {
    private static final String OPEN = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='trestle.test'>";
    private static final String SASL = " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
    private static final Pattern CHALLENGE = Pattern.compile("<challenge[^>]*>([^<]*)</challenge>");
    private static final Pattern SUCCESS = Pattern.compile("<success[^>]*>([^<]*)</success>");

    private Socket socket;

    private BoundLogin(Socket socket) {
        this.socket = socket;
    }

    /** Connects with STARTTLS as far as the list of mechanisms. */
    static BoundLogin connect(NodeProcess node) throws IOException, GeneralSecurityException {
        BoundLogin login = new BoundLogin(new Socket(node.address(), node.clientPort()));
        login.socket.setSoTimeout(10_000);
        login.say(OPEN, "</stream:features>");
        login.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "/>");
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TestClient.AnyCertificate()}, null);
        login.socket =
                context.getSocketFactory().createSocket(login.socket, TestCluster.DOMAIN, node.clientPort(), true);
        return login;
    }

    /** The server's certificate as the client sees it. */
    byte[] certificate() throws IOException, GeneralSecurityException {
        X509Certificate certificate =
                (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
        return certificate.getEncoded();
    }

    /** Logs in; returns what the server says in the end. {@code certificate}: what the login is bound to. */
    String login(String user, String password, byte[] certificate) throws Exception {
        say(OPEN, "</stream:features>");
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256-PLUS"))
                .username(user)
                .password(password.toCharArray())
                .channelBinding(
                        "tls-server-end-point",
                        MessageDigest.getInstance("SHA-256").digest(certificate))
                .build();
        String first = base64(client.clientFirstMessage().toString());
        String answer = say("<auth" + SASL + " mechanism='SCRAM-SHA-256-PLUS'>" + first + "</auth>", "</challenge>");
        client.serverFirstMessage(plain(CHALLENGE, answer));
        String last = base64(client.clientFinalMessage().toString());
        String end = say("<response" + SASL + ">" + last + "</response>", "</success>", "</failure>");
        if (end.contains("</success>")) {
            client.serverFinalMessage(plain(SUCCESS, end)); // throws when the server does not know the password either
        }
        return end;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String say(String text, String... ends) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (List.of(ends).stream().noneMatch(end -> answer.toString().contains(end))) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new IOException("the stream ends after: " + answer);
            }
            answer.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return answer.toString();
    }

    private static String plain(Pattern element, String answer) throws IOException {
        Matcher found = element.matcher(answer);
        if (!found.find()) {
            throw new IOException("no " + element + " in " + answer);
        }
        return new String(Base64.getDecoder().decode(found.group(1)), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
