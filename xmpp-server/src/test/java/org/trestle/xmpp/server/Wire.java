package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The other end of a TCP connection, with a person at it who types XML and reads what comes. */
final class Wire implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final StringBuilder unread = new StringBuilder();

    Wire(InetSocketAddress address) throws IOException {
        socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(90_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    static Wire client(InetSocketAddress address, String account, String resource) throws IOException {
        Wire wire = authenticated(address, account);
        wire.say("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource
                        + "</resource></bind></iq>")
                .until(account + "@trestle.test/" + resource + ".*</iq>");
        return wire;
    }

    /** Before a resource is bound. */
    static Wire authenticated(InetSocketAddress address, String account) throws IOException {
        return authenticated(address, account, "");
    }

    /** Likewise, where the last features have what this pattern says. */
    static Wire authenticated(InetSocketAddress address, String account, String feature) throws IOException {
        Wire wire = new Wire(address);
        String open = "<?xml version='1.0'?><stream:stream to='trestle.test' version='1.0' xmlns='jabber:client'"
                + " xmlns:stream='http://etherx.jabber.org/streams'>";
        wire.say(open).until("</stream:features>");
        wire.say(auth(account)).until("<success[^>]*>");
        wire.say(open).until(feature + ".*</stream:features>");
        return wire;
    }

    /** The element with which an account authenticates. */
    static String auth(String account) {
        byte[] plain = ("\0" + account + "\0secret").getBytes(StandardCharsets.UTF_8);
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
                + Base64.getEncoder().encodeToString(plain) + "</auth>";
    }

    static Wire component(InetSocketAddress address, String name, String secret) throws Exception {
        Wire wire = new Wire(address);
        Matcher header = wire.say("<stream:stream to='" + name + ".trestle.test' xmlns='jabber:component:accept'"
                        + " xmlns:stream='http://etherx.jabber.org/streams'>")
                .until("<stream:stream[^>]* id=['\"]([^'\"]+)['\"][^>]*>");
        return wire.say("<handshake>" + TestCluster.digest(header.group(1), secret) + "</handshake>");
    }

    Wire say(String xml) throws IOException {
        socket.getOutputStream().write(xml.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Reads until the pattern has come, and leaves what comes after it. */
    Matcher until(String pattern) throws IOException {
        Pattern expected = Pattern.compile(pattern, Pattern.DOTALL);
        byte[] bytes = new byte[8192];
        while (true) {
            Matcher matcher = expected.matcher(unread.toString());
            if (matcher.find()) {
                unread.delete(0, matcher.end());
                return matcher;
            }
            int count;
            try {
                count = in.read(bytes);
            } catch (SocketTimeoutException late) {
                throw new IOException(
                        "waited for " + pattern + ", came: " + unread.substring(0, Math.min(2_000, unread.length())),
                        late);
            }
            assertTrue(count >= 0, () -> "closed before " + pattern + " came: " + unread);
            unread.append(new String(bytes, 0, count, StandardCharsets.UTF_8));
        }
    }

    /** Breaks the connection without a word. */
    void breaks() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
