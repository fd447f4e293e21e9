package org.trestle.xmpp.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A peer on a channel in memory, and what the server keeps for it. */
final class HostilePeer {

    /** How far it has got when it begins to be hostile. */
    enum Kind {
        /** It has said nothing. */
        STRANGER,
        /** It has sent a client's header. */
        OPENED,
        /** It is a client that is bound. */
        CLIENT,
        /** It has sent a component's header. */
        COMPONENT
    }

    private static final String OPEN = "<stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>";
    private static final String COMPONENT = "<stream:stream xmlns='jabber:component:accept'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='bridge.example.com'>";

    /** What one read brings at most. */
    private static final int READ = 2048;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final StreamCounters counters = new StreamCounters();
    private final StringBuilder back = new StringBuilder();
    private final Pipe channel = new Pipe();
    private final StreamHandler handler;
    private final FakeHost host = new FakeHost();
    private long most;

    HostilePeer(Kind kind) {
        StreamLimits limits = StreamLimits.DEFAULT;
        StreamServer.Connections connections = kind == Kind.COMPONENT
                ? ComponentListener.connections(new ComponentSettings(List.of(), limits), host)
                : ClientListener.connections(new ClientSettings(false, 3, limits), host);
        channel.config().setAllocator(allocator);
        channel.register();
        channel.freezeTime();
        channel.pipeline()
                .addLast(new StreamServer.Initializer(
                        new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE),
                        new Admission(limits, counters),
                        limits,
                        () -> {
                            throw new IllegalStateException("no TLS here");
                        },
                        connections,
                        counters));
        begin(kind);
        handler = channel.pipeline().get(StreamHandler.class);
        back();
        back.setLength(0);
        most = 0;
    }

    private void begin(Kind kind) {
        switch (kind) {
            case STRANGER -> write(" ");
            case OPENED -> write(OPEN);
            case COMPONENT -> write(COMPONENT);
            case CLIENT -> {
                write(OPEN);
                write("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
                write(OPEN);
                write("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
            }
        }
    }

    /** Sends the text in pieces of a read each, as far as the server takes it, and looks at what is kept after each. */
    void send(String text) {
        for (int at = 0; at < text.length() && channel.isOpen(); at += READ) {
            write(text.substring(at, Math.min(text.length(), at + READ)));
            most = Math.max(most, kept());
        }
    }

    /** The same for bytes, whole. */
    void send(byte[] bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(allocator.buffer(Math.max(1, bytes.length)).writeBytes(bytes));
        }
    }

    private void write(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    void pass(long seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** All that has come back since it began to be hostile. */
    String back() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            back.append(out.toString(StandardCharsets.UTF_8));
            out.release();
        }
        return back.toString();
    }

    /** What has happened on the sessions of the host. */
    List<String> events() {
        return host.events;
    }

    /** The bytes of arrays that the stream's reader of XML keeps now, and of buffers that are not what goes back. */
    long kept() {
        back();
        return Footprint.of(handler)
                + allocator.metric().usedHeapMemory()
                + allocator.metric().usedDirectMemory();
    }

    long most() {
        return most;
    }

    long mistakes() {
        return counters.total(StreamCounters.Event.INTERNAL_ERROR);
    }

    /** Closes the connection; nothing may be left. */
    void leave() {
        channel.close();
        channel.runPendingTasks();
        back();
        channel.releaseInbound();
        long left = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (left != 0) {
            throw new AssertionError("buffers are left: " + left);
        }
    }

    private static final class Pipe extends EmbeddedChannel {
        Pipe() {
            super(false, false);
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress("127.0.0.1", 40000);
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
