package org.trestle.deploy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jivesoftware.smack.SmackException;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.iqrequest.AbstractIqRequestHandler;
import org.jivesoftware.smack.iqrequest.IQRequestHandler;
import org.jivesoftware.smack.packet.IQ;
import org.jivesoftware.smack.packet.Stanza;
import org.jivesoftware.smack.packet.UnparsedIQ;
import org.jxmpp.jid.impl.JidCreate;
import org.trestle.turn.probe.ProbeLogin;

/** What a client is told of the cluster's relays (XEP-0215). */
final class Relays {
    private static final String NAMESPACE = "urn:xmpp:extdisco:2";
    private static final Pattern SERVICE = Pattern.compile("<service ([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z]+)=['\"]([^'\"]*)['\"]");

    private final TestClient client;
    private final List<Service> pushed = new CopyOnWriteArrayList<>();

    private Relays(TestClient client) {
        this.client = client;
    }

    /** As {@code client} sees them; it takes pushes of changes from now on. */
    static Relays of(TestClient client) {
        Relays relays = new Relays(client);
        client.connection()
                .registerIQRequestHandler(
                        new AbstractIqRequestHandler("services", NAMESPACE, IQ.Type.set, IQRequestHandler.Mode.sync) {
                            @Override
                            public IQ handleIQRequest(IQ push) {
                                relays.pushed.addAll(in(push));
                                return IQ.createResultIQ(push);
                            }
                        });
        return relays;
    }

    /** A service; what it does not say is empty. */
    record Service(
            String action, String type, String transport, String host, int port, String username, String password) {
        ProbeLogin login() {
            return new ProbeLogin(username, password);
        }

        @Override
        public String toString() {
            return action + host + ":" + port;
        }
    }

    /** The question. */
    private static final class Question extends IQ {
        Question() {
            super("services", NAMESPACE);
            setType(Type.get);
        }

        @Override
        protected IQChildElementXmlStringBuilder getIQChildElementBuilder(IQChildElementXmlStringBuilder xml) {
            xml.setEmptyElement();
            return xml;
        }
    }

    /**
     * Asks the client's own server until it tells of so many relays over TCP, in its order; from the first question on the
     * client is told of changes, too.
     */
    List<Service> await(int count) {
        AtomicReference<List<Service>> last = new AtomicReference<>(List.of());
        return Await.until(Await.SOON, () -> count + " relays are told, not only " + last, () -> {
            last.set(ask().stream()
                    .filter(service ->
                            service.type().equals("turn") && service.transport().equals("tcp"))
                    .toList());
            return last.get().size() == count ? last.get() : null;
        });
    }

    /** Asks until it is told of a relay over TLS at this address. */
    Service awaitSecured(String host, int port) {
        AtomicReference<List<Service>> last = new AtomicReference<>(List.of());
        return Await.until(Await.SOON, () -> "turns at " + host + ":" + port + " is told, not only " + last, () -> {
            last.set(ask());
            return last.get().stream()
                    .filter(service ->
                            service.type().equals("turns") && service.host().equals(host) && service.port() == port)
                    .findFirst()
                    .orElse(null);
        });
    }

    private List<Service> ask() {
        try {
            Question question = new Question();
            question.setTo(JidCreate.from(TestCluster.DOMAIN));
            IQ answer = client.connection().sendIqRequestAndWaitForResponse(question);
            return in(answer);
        } catch (IOException | SmackException | XMPPException refused) {
            throw new AssertionError(refused);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopping);
        }
    }

    /** Waits for a push that says that no relay is at {@code host} any more. */
    void awaitGone(String host) {
        Await.untilTrue(
                Await.SOON,
                () -> "a push says that the relay at " + host + " is gone; there were " + pushed,
                () -> pushed.stream()
                        .anyMatch(service -> service.action().equals("delete")
                                && service.type().equals("turn")
                                && service.host().equals(host)));
    }

    private static List<Service> in(Stanza stanza) {
        List<Service> services = new ArrayList<>();
        if (stanza instanceof UnparsedIQ iq && NAMESPACE.equals(iq.getChildElementNamespace())) {
            Matcher found = SERVICE.matcher(iq.getContent());
            while (found.find()) {
                services.add(service(found.group(1)));
            }
        }
        return services;
    }

    private static Service service(String attributes) {
        return new Service(
                value(attributes, "action"),
                value(attributes, "type"),
                value(attributes, "transport"),
                value(attributes, "host"),
                Integer.parseInt(value(attributes, "port")),
                value(attributes, "username"),
                value(attributes, "password"));
    }

    private static String value(String attributes, String name) {
        Matcher found = ATTRIBUTE.matcher(attributes);
        while (found.find()) {
            if (found.group(1).equals(name)) {
                return found.group(2);
            }
        }
        return "";
    }
}
