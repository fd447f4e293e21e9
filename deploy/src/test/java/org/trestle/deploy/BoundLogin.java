package org.trestle.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
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
        login.socket.setSoTimeout(60_000);
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
        // By hand: what the server says first has an attribute more than many libraries sign (RFC 5802 5.1, XEP-0474).
        String header = "p=tls-server-end-point,,";
        String bare = "n=" + user + ",r=" + new BigInteger(128, new SecureRandom()).toString(36);
        String answer = say(
                "<auth" + SASL + " mechanism='SCRAM-SHA-256-PLUS'>" + base64((header + bare).getBytes(UTF_8))
                        + "</auth>",
                "</challenge>");
        String first = plain(CHALLENGE, answer);
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(
                        password.toCharArray(),
                        Base64.getDecoder().decode(attribute(first, 's')),
                        Integer.parseInt(attribute(first, 'i')),
                        256))
                .getEncoded();
        ByteArrayOutputStream binding = new ByteArrayOutputStream();
        binding.writeBytes(header.getBytes(UTF_8));
        binding.writeBytes(sha256(certificate));
        String unproved = "c=" + base64(binding.toByteArray()) + ",r=" + attribute(first, 'r');
        byte[] signed = (bare + ',' + first + ',' + unproved).getBytes(UTF_8);
        byte[] proof = hmac(salted, "Client Key".getBytes(UTF_8));
        byte[] signature = hmac(sha256(proof), signed);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= signature[i];
        }
        String last = base64((unproved + ",p=" + base64(proof)).getBytes(UTF_8));
        String end = say("<response" + SASL + ">" + last + "</response>", "</success>", "</failure>");
        if (end.contains("</success>")) {
            // Nor does a server get away with not knowing the password.
            byte[] expected = hmac(hmac(salted, "Server Key".getBytes(UTF_8)), signed);
            assertEquals("v=" + base64(expected), plain(SUCCESS, end));
        }
        return end;
    }

    private static String attribute(String message, char name) throws IOException {
        for (String part : message.split(",")) {
            if (part.startsWith(name + "=")) {
                return part.substring(2);
            }
        }
        throw new IOException("no " + name + " in " + message);
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static byte[] hmac(byte[] key, byte[] bytes) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String say(String text, String... ends) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
        StringBuilder answer = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (List.of(ends).stream().noneMatch(end -> answer.toString().contains(end))) {
            int count = socket.getInputStream().read(buffer);
            if (count < 0) {
                throw new IOException("the stream ends after: " + answer);
            }
            answer.append(new String(buffer, 0, count, UTF_8));
        }
        return answer.toString();
    }

    private static String plain(Pattern element, String answer) throws IOException {
        Matcher found = element.matcher(answer);
        if (!found.find()) {
            throw new IOException("no " + element + " in " + answer);
        }
        return new String(Base64.getDecoder().decode(found.group(1)), UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
