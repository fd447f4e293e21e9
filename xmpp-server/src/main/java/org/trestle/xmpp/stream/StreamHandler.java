package org.trestle.xmpp.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Namespaces;
import org.trestle.xmpp.xml.Token;
import org.trestle.xmpp.xml.XmlLimits;

/**
 * One connection, for both kinds of stream: bytes to tokens, flow control, time limits, and how a stream ends (RFC 6120 4.4,
 * 4.9.1). What the tokens mean is the business of its {@link Protocol}. The last place where a mistake of ours is caught, so
 * that it ends one stream and not more.
 */
final class StreamHandler extends ConnectionFaults {
    private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);
    private static final String END = "</stream:stream>";

    private enum Phase {
        OPEN,
        /** We have said the end of the stream and wait for the peer's. */
        CLOSING,
        CLOSED
    }

    private final StreamLimits limits;
    private final StreamCounters counters;
    private final Admission.Ticket ticket;
    private final StreamLoop loop = new StreamLoop(this::failed);
    private final Inflow inflow;
    private final Output output = new Output(loop);
    private final Protocol protocol;

    private Phase phase = Phase.OPEN;
    private boolean headerSaid;

    StreamHandler(
            StreamLimits limits,
            StreamCounters counters,
            Admission.Ticket ticket,
            Function<StreamHandler, Protocol> protocol) {
        super(counters);
        this.limits = limits;
        this.counters = counters;
        this.ticket = ticket;
        this.inflow = new Inflow(limits.beforeAuthentication(), this::take);
        this.protocol = protocol.apply(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        loop.in(context);
        loop.deadline(limits.authentication(), this::timedOut);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            inflow.append(in);
        } finally {
            in.release();
        }
        inflow.drain();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        output.flushGathered();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (phase == Phase.OPEN && context.channel().isWritable()) {
            protocol.writableAgain();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        loop.cancelDeadline();
        output.discard();
        Phase before = phase;
        phase = Phase.CLOSED;
        inflow.over();
        try {
            if (before == Phase.OPEN) {
                protocol.over(true);
            }
        } finally {
            ticket.giveBack();
        }
    }

    @Override
    void failed(Throwable cause) {
        counters.count(Event.INTERNAL_ERROR);
        LOG.error(
                "a stream ends because of a mistake of ours: peer={}",
                context().channel().remoteAddress(),
                cause);
        close(StreamError.of(Condition.INTERNAL_SERVER_ERROR));
    }

    EventLoop loop() {
        return loop.loop();
    }

    ChannelHandlerContext context() {
        return loop.context();
    }

    boolean isOpen() {
        return phase == Phase.OPEN;
    }

    void count(Event event) {
        counters.count(event);
    }

    /** Bytes that have come behind the token that is being worked on. */
    int buffered() {
        return inflow.buffered();
    }

    /** The peer is to open the stream anew. */
    void restart(XmlLimits limits) {
        inflow.restart(limits);
        headerSaid = false;
    }

    /** The peer may send more at once from now on, on the same stream. */
    void withLimits(XmlLimits limits) {
        inflow.withLimits(limits);
    }

    /** The peer is known; the time limit goes on until {@link #settled}. */
    void authenticated() {
        counters.count(Event.AUTHENTICATED);
        ticket.authenticated();
    }

    /** Negotiation is over: no more time limit. */
    void settled() {
        loop.cancelDeadline();
    }

    /** Sends our start tag of the stream and whatever is to follow it at once. */
    void open(String openingTag, String more) {
        headerSaid = true;
        output.xml(openingTag + more);
    }

    void say(String xml) {
        if (phase == Phase.OPEN) {
            output.xml(xml);
        }
    }

    /** False when the stream is over. */
    boolean send(Stanza stanza) {
        if (phase != Phase.OPEN) {
            return false;
        }
        output.stanza(stanza);
        counters.count(Event.STANZA_SENT);
        if (output.waiting() > limits.maxWaiting()) {
            counters.count(Event.SLOW_PEER_DROPPED);
            LOG.debug(
                    "peer does not read and is given up: peer={}",
                    context().channel().remoteAddress());
            // It would not read an error either.
            context().close();
        }
        return true;
    }

    /** Sends what was said so far, before the pipeline changes. */
    void flush() {
        output.flushGathered();
    }

    int maxWaiting() {
        return limits.maxWaiting();
    }

    /** Whether bytes have come since this was asked last. */
    boolean heard() {
        return inflow.heard();
    }

    boolean writable() {
        return context().channel().isWritable();
    }

    void reading(boolean on) {
        inflow.wanted(on, context().channel().config());
        if (on && !inflow.isDraining()) {
            loop.later(inflow::drain);
        }
    }

    /** Reads nothing more until the stage is complete, then hands its result over on the loop, and goes on. */
    <T> void await(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        inflow.hold(context().channel().config());
        stage.whenComplete((value, error) -> loop.run(() -> {
            inflow.release();
            then.accept(value, error);
            inflow.goOn(context().channel().config());
        }));
    }

    /** Goes to another loop while nothing is read; completes there. */
    CompletionStage<Void> moveTo(EventLoop target) {
        if (loop() == target) {
            return CompletableFuture.completedFuture(null);
        }
        loop.cancelDeadline();
        flush();
        return loop.moveTo(target, () -> {
            if (phase == Phase.OPEN) {
                loop.deadline(limits.authentication(), this::timedOut);
            }
        });
    }

    private void take(Token token) {
        if (phase == Phase.CLOSING) {
            if (token instanceof Token.Close) {
                context().close();
            }
        } else if (token instanceof Token.Child child) {
            if (child.tag().is("error", Namespaces.STREAM)) {
                erredByPeer(child);
            } else {
                protocol.child(child);
            }
        } else if (token instanceof Token.Header header) {
            protocol.header(header.tag());
        } else if (token instanceof Token.Violation violation) {
            close(StreamError.of(Condition.valueOf(violation.rule().name()), violation.text()));
        } else {
            closedByPeer();
        }
    }

    /** Its error ends the stream for both sides (RFC 6120 4.9.1.1): it is not answered with one of ours. */
    private void erredByPeer(Token.Child child) {
        LOG.debug("stream error received: peer={} error={}", context().channel().remoteAddress(), child.element());
        close(null);
    }

    private void closedByPeer() {
        beginClosing();
        output.xml(END);
        output.flush().addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends the stream from our side (RFC 6120 4.4). */
    void close(@Nullable StreamError error) {
        if (phase != Phase.OPEN) {
            return;
        }
        beginClosing();
        if (!headerSaid) {
            output.xml(protocol.openingTag());
        }
        if (error != null) {
            counters.count(Event.STREAM_ERROR);
            LOG.debug("stream error sent: peer={} error={}", context().channel().remoteAddress(), error);
            output.xml(StreamText.error(error));
        }
        output.xml(END);
        output.flushGathered();
    }

    private void beginClosing() {
        phase = Phase.CLOSING;
        loop.deadline(limits.closing(), () -> context().close());
        inflow.untilTheEnd(context().channel().config());
        loop.later(() -> protocol.over(false));
    }

    private void timedOut() {
        counters.count(Event.TIMED_OUT);
        close(StreamError.of(
                Condition.CONNECTION_TIMEOUT,
                "not authenticated within " + limits.authentication().toSeconds() + " seconds"));
    }
}
