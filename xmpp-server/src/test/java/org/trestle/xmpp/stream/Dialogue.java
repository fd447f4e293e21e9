package org.trestle.xmpp.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.trestle.auth.sasl.SaslStep;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.stanza.StanzaError;

/**
 * Plays a dialogue against a whole pipeline on a channel in memory. Lines of a dialogue:
 *
 * <pre>
 * # for the reader
 * ! setting value    before anything is sent: component, plain, peer, refuse, refuse-bind, early, slow-bind, networks, login
 * &gt; text             goes to the server; \n, \0 and \xHH are bytes
 * &lt; text             has come back since the last such line, all of it; {} is anything within quotes
 * + 30s              time goes by
 * = closed           or open, or what the session has seen, or "event" words of the host
 * * bind             an event outside: the slow bind is answered, accepting, or shutdown
 * </pre>
 */
final class Dialogue {
    private static final String OPEN = "<stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";
    private static final String OPENED = "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' from='example.com' id='{}' version='1.0' xml:lang='en'>";
    private static final String COMPONENT = "<stream:stream xmlns='jabber:component:accept'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='bridge.example.com'>";
    private static final String COMPONENT_OPENED = "<?xml version='1.0'?><stream:stream"
            + " xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'"
            + " from='bridge.example.com' id='{}'>";
    private static final Pattern HEX = Pattern.compile("\\\\x([0-9A-F]{2})");

    private final boolean byteByByte;
    private final Supplier<SslContext> tls;
    private final FakeHost host = new FakeHost();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final StringBuilder back = new StringBuilder();

    private boolean component;
    private boolean tlsRequired = true;
    private List<Network> networks = List.of();
    private InetSocketAddress peer = new InetSocketAddress("127.0.0.1", 40000);
    private boolean login;
    private EmbeddedChannel channel = new EmbeddedChannel();

    Dialogue(boolean byteByByte, Supplier<SslContext> tls) {
        this.byteByByte = byteByByte;
        this.tls = tls;
    }

    void play(List<String> lines) {
        boolean begun = false;
        for (String line : lines) {
            String rest = line.length() > 2 ? line.substring(2) : "";
            switch (line.isEmpty() ? '#' : line.charAt(0)) {
                case '!' -> setting(rest);
                case '#' -> {}
                default -> {
                    if (!begun) {
                        begun = true;
                        connect();
                    }
                    step(line.charAt(0), rest);
                }
            }
        }
        end();
    }

    private void setting(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "component" -> component = true;
            case "plain" -> tlsRequired = false;
            case "login" -> login = true;
            case "peer" -> peer = new InetSocketAddress(words[1], 40000);
            case "networks" -> networks = List.of(Network.of(words[1]));
            case "refuse" -> host.accepting = false;
            case "elsewhere" -> host.elsewhere = words[1];
            case "early" -> host.early = true;
            case "slow-bind" -> host.slowBind = true;
            case "refuse-bind" -> host.refuseBind = StanzaError.Condition.valueOf(words[1]);
            default -> throw new IllegalArgumentException(line);
        }
    }

    private void connect() {
        boolean required = tlsRequired && !login;
        StreamLimits limits = StreamLimits.DEFAULT;
        StreamServer.Connections connections = component
                ? ComponentListener.connections(new ComponentSettings(networks, limits), host)
                : ClientListener.connections(new ClientSettings(required, 3, limits), host);
        StreamCounters counters = new StreamCounters();
        ChannelHandler initializer = new StreamServer.Initializer(
                new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE),
                new Admission(limits, counters),
                limits,
                tls,
                connections,
                counters);
        Pipe pipe = new Pipe(peer);
        channel = pipe;
        channel.config().setAllocator(allocator);
        pipe.register();
        channel.freezeTime();
        channel.pipeline().addLast(initializer);
        if (login) {
            send(OPEN);
            send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
            send(OPEN);
            send("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    + "<resource>balcony</resource></bind></iq>");
            assertTrue(back().endsWith("juliet@example.com/balcony</jid></bind></iq>"));
        }
    }

    private void step(char kind, String text) {
        switch (kind) {
            case '>' -> send(text.replace("{open}", OPEN).replace("{component}", COMPONENT));
            case '<' ->
                expect(text.replace("{opened}", OPENED).replace("{component-opened}", COMPONENT_OPENED), back());
            case '+' -> {
                channel.advanceTimeBy(
                        Duration.parse("PT" + text.toUpperCase(Locale.ROOT)).toMillis(), TimeUnit.MILLISECONDS);
                channel.runScheduledPendingTasks();
                channel.runPendingTasks();
            }
            case '=' -> seen(text);
            case '*' -> outside(text);
            default -> throw new IllegalArgumentException(kind + " " + text);
        }
    }

    private void seen(String what) {
        channel.runPendingTasks();
        switch (what) {
            case "closed" -> assertTrue(!channel.isOpen(), "the connection is still open");
            case "open" -> assertTrue(channel.isOpen(), "the connection is closed");
            case "paused" -> assertTrue(!channel.config().isAutoRead(), "the server goes on reading");
            default -> assertEquals(what.replace("seen ", ""), String.join(", ", host.events));
        }
    }

    private void outside(String what) {
        switch (what) {
            case "bind" -> host.answerBind((ClientStream) stream(), FullJid.of("juliet@example.com/balcony"));
            case "slow-success" -> host.mechanisms.slow.complete(new SaslStep.Success(new byte[0], "juliet"));
            case "pause" -> stream().reading(false);
            case "resume" -> stream().reading(true);
            case "shutdown" ->
                handler()
                        .close(StreamError.of(
                                StreamError.Condition.SYSTEM_SHUTDOWN,
                                "this node has lost its cluster; connect to another node"));
            case "move" ->
                handler().close(StreamError.seeOtherHost("node2.example.com", "this node is taken out of use"));
            case "disconnect" -> channel.close();
            default -> throw new IllegalArgumentException(what);
        }
        channel.runPendingTasks();
    }

    private XmppStream stream() {
        return Objects.requireNonNull(host.stream);
    }

    private StreamHandler handler() {
        return channel.pipeline().get(StreamHandler.class);
    }

    private void send(String text) {
        byte[] bytes = bytes(text);
        if (!byteByByte) {
            receive(bytes, 0, bytes.length);
            return;
        }
        for (int i = 0; i < bytes.length; i++) {
            receive(bytes, i, 1);
        }
    }

    private void receive(byte[] bytes, int from, int length) {
        if (channel.isOpen()) {
            ByteBuf in = allocator.buffer(length).writeBytes(bytes, from, length);
            channel.writeInbound(in);
        }
    }

    private static byte[] bytes(String text) {
        Matcher matcher = HEX.matcher(text.replace("\\n", "\n").replace("\\0", "\0"));
        byte[] ascii = matcher.replaceAll(hex -> String.valueOf((char) (0xE000 + Integer.parseInt(hex.group(1), 16))))
                .getBytes(StandardCharsets.UTF_8);
        // Characters from E000 on were put there for single bytes; three bytes of UTF-8 each.
        ByteBuf out = Unpooled.buffer(ascii.length);
        for (int i = 0; i < ascii.length; i++) {
            if ((ascii[i] & 0xff) == 0xEE) {
                out.writeByte((ascii[i + 1] & 0x3f) << 6 | (ascii[i + 2] & 0x3f));
                i += 2;
            } else {
                out.writeByte(ascii[i]);
            }
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private String back() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            back.append(out.toString(StandardCharsets.UTF_8));
            out.release();
        }
        String text = back.toString();
        back.setLength(0);
        return text;
    }

    private static void expect(String pattern, String actual) {
        StringBuilder regex = new StringBuilder();
        for (String literal : pattern.split("\\{}", -1)) {
            regex.append(regex.length() == 0 ? "" : "[^'<>]*").append(Pattern.quote(literal));
        }
        if (!actual.matches(regex.toString())) {
            assertEquals(pattern, actual);
        }
    }

    private void end() {
        assertEquals("", back(), "the server said something that nobody expected");
        channel.close();
        channel.runPendingTasks();
        channel.releaseOutbound();
        channel.releaseInbound();
        assertEquals(
                0, allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory(), "buffers are left");
    }

    private static final class Pipe extends EmbeddedChannel {
        private final InetSocketAddress peer;

        Pipe(InetSocketAddress peer) {
            super(false, false);
            this.peer = peer;
        }

        @Override
        public SocketAddress remoteAddress() {
            return peer;
        }

        @Override
        public void register() {
            try {
                super.register();
            } catch (Exception notRegistered) { // declared so by the channel
                throw new IllegalStateException(notRegistered);
            }
        }
    }
}
