package org.trestle.deploy.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A small call bridge: a component (XEP-0114) that stays connected to one of several nodes, and goes to the next one
 * when it loses its node.
 */
final class Bridge {
    private static final int CONNECT_MILLIS = 1000;
    private static final int SILENCE_MILLIS = 5000;
    private static final long PAUSE_MILLIS = 100;

    /** What a bridge tells; called on the bridge's own thread. */
    interface Listener {
        void connected(Bridge bridge, InetSocketAddress node);

        void disconnected(Bridge bridge, InetSocketAddress node, String why);

        /** A message arrived: {@code error} when it is one of ours that came back. */
        void message(Bridge bridge, String from, String body, boolean error);
    }

    private final String jid;
    private final String secret;
    private final List<InetSocketAddress> nodes;
    private final ScheduledExecutorService timer;
    private final Listener listener;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Socket socket;
    private volatile @Nullable InetSocketAddress node;
    private volatile boolean closed;
    private int next;

    /**
     * @param jid the component's domain, such as cb1.trestle.test
     * @param nodes where to connect, in order of preference
     */
    Bridge(
            String jid,
            String secret,
            List<InetSocketAddress> nodes,
            ScheduledExecutorService timer,
            Listener listener) {
        this.jid = jid;
        this.secret = secret;
        this.nodes = List.copyOf(nodes);
        this.timer = timer;
        this.listener = listener;
    }

    String jid() {
        return jid;
    }

    /** The node it is connected to, or null. */
    @Nullable
    InetSocketAddress node() {
        return node;
    }

    void start() {
        Thread thread = new Thread(this::live, "bridge-" + jid);
        thread.setDaemon(true);
        thread.start();
    }

    void close() {
        closed = true;
        drop(socket);
    }

    private void live() {
        InetSocketAddress target = nodes.get(next++ % nodes.size());
        String why = "closed by the node";
        try {
            run(target);
        } catch (IOException | XMLStreamException failure) {
            why = words(failure);
        }
        boolean was = node != null;
        node = null;
        drop(socket);
        if (was && !closed) {
            listener.disconnected(this, target, why);
        }
        if (!closed) {
            long pause = was || next % nodes.size() != 0 ? 0 : PAUSE_MILLIS;
            timer.schedule(this::start, pause, TimeUnit.MILLISECONDS);
        }
    }

    /** Without the position in the document, which the parser puts before it. */
    private static String words(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        int at = message.lastIndexOf("Message: ");
        return at < 0 ? message : message.substring(at + "Message: ".length());
    }

    private void run(InetSocketAddress target) throws IOException, XMLStreamException {
        try (Socket connection = new Socket()) {
            connection.setTcpNoDelay(true);
            connection.connect(target, CONNECT_MILLIS);
            connection.setSoTimeout(SILENCE_MILLIS);
            socket = connection;
            write(
                    connection,
                    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                            + " xmlns:stream='http://etherx.jabber.org/streams' to='" + jid + "'>");
            XMLStreamReader in = reader(connection.getInputStream());
            await(in, "stream");
            String id = in.getAttributeValue(null, "id");
            write(connection, "<handshake>" + digest(id + secret) + "</handshake>");
            await(in, "handshake");
            connection.setSoTimeout(0);
            node = target;
            listener.connected(this, target);
            while (in.hasNext()) {
                if (in.next() == XMLStreamConstants.START_ELEMENT) {
                    stanza(connection, in);
                }
            }
        }
    }

    private static XMLStreamReader reader(InputStream in) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        return factory.createXMLStreamReader(in, "UTF-8");
    }

    private static void await(XMLStreamReader in, String name) throws XMLStreamException, IOException {
        while (in.next() != XMLStreamConstants.START_ELEMENT) {
            // the XML declaration and white space
        }
        if (in.getLocalName().equals("error")) {
            throw new IOException("the node refused: " + firstChild(in));
        }
        if (!in.getLocalName().equals(name)) {
            throw new IOException("expected <" + name + ">, got <" + in.getLocalName() + ">");
        }
    }

    private static String firstChild(XMLStreamReader in) throws XMLStreamException {
        while (in.hasNext()) {
            if (in.next() == XMLStreamConstants.START_ELEMENT) {
                return in.getLocalName();
            }
        }
        return "no reason given";
    }

    private void stanza(Socket connection, XMLStreamReader in) throws XMLStreamException, IOException {
        String name = in.getLocalName();
        if (name.equals("error")) {
            throw new IOException("stream error: " + firstChild(in));
        }
        String from = in.getAttributeValue(null, "from");
        String id = in.getAttributeValue(null, "id");
        String type = in.getAttributeValue(null, "type");
        String body = "";
        for (int depth = 1; depth > 0; ) {
            int event = in.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                if (in.getLocalName().equals("body")) {
                    body = in.getElementText();
                    depth--;
                }
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            }
        }
        if (name.equals("message") && from != null) {
            listener.message(this, from, body, "error".equals(type));
        } else if (name.equals("iq") && ("get".equals(type) || "set".equals(type)) && from != null && id != null) {
            write(
                    connection,
                    "<iq type='result' from='" + jid + "' to='" + escape(from) + "' id='" + escape(id) + "'/>");
        }
    }

    /** Sends a message; false when there is no connection to write it to. */
    boolean send(String to, String id, String body) {
        Socket connection = socket;
        if (connection == null || node == null) {
            return false;
        }
        try {
            write(
                    connection,
                    "<message from='" + jid + "' to='" + to + "' id='" + id + "'><body>" + body + "</body></message>");
            return true;
        } catch (IOException lost) {
            return false;
        }
    }

    private void write(Socket connection, String text) throws IOException {
        writing.lock();
        try {
            OutputStream out = connection.getOutputStream();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } finally {
            writing.unlock();
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static void drop(@Nullable Socket connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException alreadyGone) {
                // nothing is left to close
            }
        }
    }
}
