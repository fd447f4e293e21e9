package org.trestle.xmpp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.BindResult;
import org.trestle.xmpp.stream.ClientStream;
import org.trestle.xmpp.stream.ComponentStream;
import org.trestle.xmpp.stream.ComponentVerdict;
import org.trestle.xmpp.stream.ResumeResult;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamListener;
import org.trestle.xmpp.stream.StreamManagement;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** A client or component of a {@link TestCluster}: what it is sent waits in order until the test expects it. */
final class Peer {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    volatile EventLoop loop;
    private final int number = NUMBERS.incrementAndGet();
    private final BlockingQueue<Stanza> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<@Nullable StreamError> ended = new CompletableFuture<>();
    private final BlockingQueue<Boolean> readings = new LinkedBlockingQueue<>();
    volatile Jid jid;
    final BlockingQueue<Boolean> requests = new LinkedBlockingQueue<>();
    private volatile @Nullable StreamListener listener;
    private final AtomicBoolean heard = new AtomicBoolean();
    final BlockingQueue<Boolean> spaces = new LinkedBlockingQueue<>();
    volatile @Nullable Instant validUntil;
    private volatile boolean writable = true;
    private boolean open = true;

    Peer(EventLoop loop, Jid jid) {
        this.loop = loop;
        this.jid = jid;
    }

    static Peer bind(TestCluster.Node node, EventLoop loop, BareJid account, @Nullable String resource)
            throws Exception {
        Peer peer = new Peer(loop, account);
        BindResult.Bound bound = assertInstanceOf(BindResult.Bound.class, peer.bind(node, resource));
        peer.jid = bound.jid();
        peer.listener = bound.listener();
        return peer;
    }

    BindResult bind(TestCluster.Node node, @Nullable String resource) throws Exception {
        Client stream = new Client();
        BareJid account = (BareJid) jid;
        return CompletableFuture.supplyAsync(() -> node.core.sessions().bind(stream, account, resource), loop)
                .thenCompose(stage -> stage)
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static Peer attach(TestCluster.Node node, EventLoop loop, DomainJid domain, String secret) throws Exception {
        Peer peer = new Peer(loop, domain);
        peer.listener = assertInstanceOf(ComponentVerdict.Accepted.class, peer.handshake(node, secret))
                .listener();
        return peer;
    }

    ComponentVerdict handshake(TestCluster.Node node, String secret) throws Exception {
        String streamId = "stream-" + number;
        String digest = TestCluster.digest(streamId, secret);
        Component stream = new Component();
        return CompletableFuture.supplyAsync(
                        () -> node.core.components().handshake(stream, jid.domain(), streamId, digest), loop)
                .thenCompose(stage -> stage)
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Runs on the loop and waits for it. */
    <T> T on(Supplier<T> task) throws Exception {
        return CompletableFuture.supplyAsync(task, loop).get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sends a white space. */
    Peer space() {
        heard.set(true);
        return this;
    }

    Peer send(Stanza stanza) {
        heard.set(true);
        loop.execute(() -> {
            StreamListener above = listener;
            assertNotNull(above);
            above.stanza(stanza);
        });
        return this;
    }

    Peer message(Message.Type type, String to, String body) {
        return send(new Message(type, Jid.of(to), null, null, null, body(body)));
    }

    Peer chat(Jid to, String body) {
        return message(Message.Type.CHAT, to.toString(), body);
    }

    static org.trestle.xmpp.stanza.Payload body(String text) {
        return Message.of(
                        Message.Type.CHAT,
                        null,
                        null,
                        Element.of("body", Namespaces.CLIENT).text(text).build())
                .content();
    }

    /** Sends initial presence and waits until it is in force: a client hears its own. */
    Peer available(int priority) throws Exception {
        send(Presence.of(
                Presence.Type.AVAILABLE,
                null,
                null,
                Element.of("priority", Namespaces.CLIENT)
                        .text(Integer.toString(priority))
                        .build()));
        expectPresence(Presence.Type.AVAILABLE, jid);
        return this;
    }

    Stanza expect() throws Exception {
        Stanza stanza = inbox.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(stanza, jid + " waited in vain");
        return stanza;
    }

    Message expectMessage(String body) throws Exception {
        Message message = assertInstanceOf(Message.class, expect());
        Element element = message.child("body", Namespaces.CLIENT);
        assertNotNull(element, message.content().xml());
        assertEquals(body, element.text());
        return message;
    }

    Presence expectPresence(Presence.Type type, Jid from) throws Exception {
        Presence presence = assertInstanceOf(Presence.class, expect());
        assertEquals(type, presence.type(), presence::toString);
        assertEquals(from, presence.from());
        return presence;
    }

    /** One presence of this type of each of these, in any order. */
    void expectPresences(Presence.Type type, Jid... from) throws Exception {
        Set<Jid> came = new HashSet<>();
        for (int i = 0; i < from.length; i++) {
            Presence presence = assertInstanceOf(Presence.class, expect());
            assertEquals(type, presence.type(), presence::toString);
            came.add(presence.from());
        }
        assertEquals(Set.of(from), came);
    }

    Iq expectIq(Iq.Type type, String id) throws Exception {
        Iq iq = assertInstanceOf(Iq.class, expect());
        assertEquals(type, iq.type(), iq::toString);
        assertEquals(id, iq.id());
        return iq;
    }

    /** The next stanza is an error of this condition, from whom the refused stanza was for. */
    Stanza expectError(StanzaError.Condition condition, String from) throws Exception {
        Stanza stanza = expect();
        Element error = stanza.child("error", Namespaces.CLIENT);
        assertNotNull(error, stanza::toString);
        assertNotNull(error.child(condition.elementName(), Namespaces.STANZA_ERRORS), error::toString);
        assertEquals(Jid.of(from), stanza.from());
        assertEquals(jid, stanza.to());
        return stanza;
    }

    /** Nothing came before this: a ping to the server goes out and its answer is the next thing that comes. */
    Peer expectNothing() throws Exception {
        String id = "nothing-" + NUMBERS.incrementAndGet();
        send(Iq.of(
                Iq.Type.GET,
                null,
                Jid.of(TestCluster.DOMAIN),
                id,
                Element.of("ping", "urn:xmpp:ping").build()));
        expectIq(Iq.Type.RESULT, id);
        return this;
    }

    /** How many stanzas have come so far; they are taken out. */
    int drained() {
        return inbox.drainTo(new ArrayList<>());
    }

    /** How the server ended the stream; null when the peer did. */
    @Nullable
    StreamError ended() throws Exception {
        return ended.get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    boolean isEnded() {
        return ended.isDone();
    }

    /** The next change of reading. */
    boolean reading() throws Exception {
        Boolean on = readings.poll(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(on, "reading was not changed");
        return on;
    }

    boolean readingUnchanged() {
        return readings.isEmpty();
    }

    /** Whether the peer takes what it is sent. */
    Peer writable(boolean now) throws Exception {
        writable = now;
        on(() -> {
            StreamListener above = listener;
            if (now && above != null) {
                above.writable();
            }
            return now;
        });
        return this;
    }

    /** The connection breaks without a word. */
    Peer breaks() throws Exception {
        on(() -> {
            over(null, true);
            return true;
        });
        on(() -> true);
        return this;
    }

    /** The client ends its stream. */
    Peer closes() throws Exception {
        on(() -> {
            over(null, false);
            return true;
        });
        on(() -> true);
        return this;
    }

    /** Enables stream management; gives the identity by which the stream can be resumed. */
    @Nullable
    String enable(boolean resume, int seconds) throws Exception {
        return on(() -> {
            StreamManagement.Enabled enabled = management().enable(resume, seconds);
            assertNotNull(enabled);
            return enabled.id();
        });
    }

    StreamManagement management() {
        StreamListener above = listener;
        assertNotNull(above);
        StreamManagement management = above.management();
        assertNotNull(management);
        return management;
    }

    /** Says whether somebody looks at the client (XEP-0352). */
    Peer nonza(String name) throws Exception {
        assertEquals(true, nonzaTaken(Element.of(name, "urn:xmpp:csi:0").build()));
        return this;
    }

    /** Sends an element that is no stanza; whether the server knows it. */
    boolean nonzaTaken(Element element) throws Exception {
        return on(() -> {
            StreamListener above = listener;
            assertNotNull(above);
            return above.nonza(element);
        });
    }

    /** Says how many stanzas have come. */
    @Nullable
    StreamError acknowledge(int count) throws Exception {
        return on(() -> management().acknowledged(count));
    }

    /** How many stanzas of this peer were taken. */
    int handled() throws Exception {
        return on(() -> management().handled());
    }

    /** Another connection of the account of this peer, which asks to go on with its session. */
    ResumeResult resume(TestCluster.Node node, Peer fresh, String id, int count) throws Exception {
        Client stream = fresh.new Client();
        BareJid account = (BareJid) jid.bare();
        fresh.jid = jid;
        ResumeResult result = CompletableFuture.supplyAsync(
                        () -> node.core.sessions().resume(stream, account, id, count), fresh.loop)
                .thenCompose(stage -> stage)
                .get(TestCluster.PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (result instanceof ResumeResult.Resumed resumed) {
            fresh.listener = resumed.listener();
        }
        return result;
    }

    private void over(@Nullable StreamError error, boolean broken) {
        if (open) {
            open = false;
            ended.complete(error);
            // As a real stream does: its end is told a turn of the loop later.
            loop.execute(() -> {
                StreamListener above = listener;
                if (above != null && broken) {
                    above.broken();
                } else if (above != null) {
                    above.closed();
                }
            });
        }
    }

    private final class Client extends Stream implements ClientStream {
        @Override
        public @Nullable Instant validUntil() {
            return validUntil;
        }

        @Override
        public void request() {
            requests.add(true);
        }

        @Override
        public CompletionStage<Void> moveTo(EventLoop target) {
            CompletableFuture<Void> moved = new CompletableFuture<>();
            loop.execute(() -> {
                loop = target;
                target.execute(() -> moved.complete(null));
            });
            return moved;
        }
    }

    private final class Component extends Stream implements ComponentStream {
        @Override
        public String domain() {
            return jid.domain();
        }
    }

    private abstract class Stream {
        public String id() {
            return "stream-" + number;
        }

        public EventLoop loop() {
            return loop;
        }

        public InetSocketAddress peer() {
            return new InetSocketAddress("127.0.0.1", number);
        }

        public boolean secured() {
            return true;
        }

        public boolean send(Stanza stanza) {
            assertEquals(true, loop.inEventLoop());
            return open && inbox.add(stanza);
        }

        public boolean writable() {
            return writable;
        }

        public void reading(boolean on) {
            readings.add(on);
        }

        public boolean heard() {
            return heard.getAndSet(false);
        }

        public void keepAlive() {
            spaces.add(true);
        }

        public void close(@Nullable StreamError error) {
            over(error, false);
        }
    }
}
