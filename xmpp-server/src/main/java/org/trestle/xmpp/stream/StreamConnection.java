package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;

/** What the streams of clients and of components do alike: everything but how they begin. */
abstract class StreamConnection implements Protocol {
    final StreamHandler stream;
    final StanzaExchange stanzas;
    private final InetSocketAddress peer;

    StreamConnection(StreamHandler stream, InetSocketAddress peer) {
        this.stream = stream;
        this.stanzas = new StanzaExchange(stream);
        this.peer = peer;
    }

    public final EventLoop loop() {
        return stream.loop();
    }

    public final InetSocketAddress peer() {
        return peer;
    }

    public final boolean secured() {
        return EndPoint.isSecured(stream.context().pipeline());
    }

    public final boolean send(Stanza stanza) {
        return stanzas.send(stanza);
    }

    public final boolean writable() {
        return stanzas.writable();
    }

    public final void reading(boolean on) {
        stream.reading(on);
    }

    public final boolean heard() {
        return stream.heard();
    }

    public final void keepAlive() {
        stream.say(" ");
    }

    public final void close(@Nullable StreamError error) {
        stream.close(error);
    }

    @Override
    public final void writableAgain() {
        stanzas.writableAgain();
    }

    @Override
    public final void over(boolean broken) {
        stanzas.over(broken);
    }
}
