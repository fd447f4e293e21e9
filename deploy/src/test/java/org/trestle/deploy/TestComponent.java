package org.trestle.deploy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** A call bridge's side of XEP-0114 on a plain socket. */
final class TestComponent implements AutoCloseable {

    /** One stanza: its name, the usual attributes, and all text inside it. */
    record Received(
            String name,
            @Nullable String type,
            @Nullable String from,
            @Nullable String to,
            @Nullable String id,
            String firstChild,
            String text) {

        /** A query of service discovery (XEP-0030), or one like it. */
        boolean asksWhatItIs() {
            return name.equals("iq") && "get".equals(type) && firstChild.equals("query");
        }
    }

    private static final int LIMIT_MILLIS = 60_000;

    private final Socket socket;
    private final String domain;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private volatile Consumer<Received> listener = stanza -> {};

    private TestComponent(Socket socket, String domain) {
        this.socket = socket;
        this.domain = domain;
    }

    /** Connects and shakes hands; the message of the exception names the stream error. */
    static TestComponent connect(InetSocketAddress node, String domain, String secret) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(node, LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            TestComponent component = new TestComponent(socket, domain);
            component.send("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
                    + " xmlns:stream='http://etherx.jabber.org/streams' to='" + domain + "'>");
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            XMLStreamReader in = factory.createXMLStreamReader(socket.getInputStream(), "UTF-8");
            component.next(in, "stream");
            component.send("<handshake>" + digest(in.getAttributeValue(null, "id") + secret) + "</handshake>");
            component.next(in, "handshake");
            in.getElementText();
            socket.setSoTimeout(0);
            Thread reader = new Thread(() -> component.read(in), domain + "-reader");
            reader.setDaemon(true);
            reader.start();
            return component;
        } catch (IOException | XMLStreamException failure) {
            socket.close();
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
    }

    void send(String xml) throws IOException {
        synchronized (socket) {
            socket.getOutputStream().write(xml.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }
    }

    void message(String to, String id, String body) throws IOException {
        send("<message from='" + domain + "' to='" + to + "' id='" + id + "'><body>" + body + "</body></message>");
    }

    /** Called on the reader's thread for every stanza from now on. */
    void onStanza(Consumer<Received> consumer) {
        listener = consumer;
    }

    List<Received> received() {
        return received;
    }

    Received await(String what, Predicate<Received> wanted) {
        return Await.until(
                Await.SOON,
                () -> domain + " receives " + what + "; it has " + received,
                () -> received.stream().filter(wanted).findFirst().orElse(null));
    }

    Received awaitText(String text) {
        return await("\"" + text + "\"", stanza -> stanza.text().equals(text));
    }

    /** Why the stream ended: the stream error with its text, or how the connection was closed. */
    String awaitEnd(Duration limit) throws Exception {
        return ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean open() {
        return !ended.isDone();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void read(XMLStreamReader in) {
        try {
            while (in.hasNext()) {
                int event = in.next();
                if (event == XMLStreamConstants.END_ELEMENT) {
                    ended.complete("stream closed");
                    return;
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    Received stanza = stanza(in);
                    if (stanza.name().equals("error")) {
                        ended.complete(stanza.firstChild() + ": " + stanza.text());
                        return;
                    }
                    if (stanza.asksWhatItIs()) {
                        answer(stanza);
                    } else {
                        received.add(stanza);
                        listener.accept(stanza);
                    }
                }
            }
            ended.complete("end of input");
        } catch (XMLStreamException gone) {
            ended.complete("connection lost: " + gone.getMessage());
        }
    }

    /** Clients ask every service of the domain at login, and would wait for one that says nothing. */
    private void answer(Received question) {
        try {
            send("<iq type='error' id='" + question.id() + "' from='" + question.to() + "' to='" + question.from()
                    + "'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                    + "</error></iq>");
        } catch (IOException gone) {
            ended.complete("connection lost: " + gone.getMessage());
        }
    }

    private void next(XMLStreamReader in, String name) throws XMLStreamException, IOException {
        while (in.next() != XMLStreamConstants.START_ELEMENT) {
            // the XML declaration and white space
        }
        if (in.getLocalName().equals("error")) {
            Received error = stanza(in);
            throw new IOException("stream error " + error.firstChild() + ": " + error.text());
        }
        if (!in.getLocalName().equals(name)) {
            throw new IOException("expected <" + name + "> but got <" + in.getLocalName() + ">");
        }
    }

    private static Received stanza(XMLStreamReader in) throws XMLStreamException {
        String name = in.getLocalName();
        String type = in.getAttributeValue(null, "type");
        String from = in.getAttributeValue(null, "from");
        String to = in.getAttributeValue(null, "to");
        String id = in.getAttributeValue(null, "id");
        String firstChild = "";
        StringBuilder text = new StringBuilder();
        for (int depth = 1; depth > 0; ) {
            int event = in.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                depth++;
                firstChild = firstChild.isEmpty() ? in.getLocalName() : firstChild;
            } else if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            } else if (event == XMLStreamConstants.CHARACTERS) {
                text.append(in.getText());
            }
        }
        return new Received(name, type, from, to, id, firstChild, text.toString());
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
