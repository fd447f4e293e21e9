package org.trestle.xmpp.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import java.util.function.Consumer;
import org.trestle.xmpp.xml.Token;
import org.trestle.xmpp.xml.Tokenizer;
import org.trestle.xmpp.xml.XmlLimits;

/**
 * What comes from the peer of one connection: bytes to tokens, and when neither is taken. Confined to the loop of the
 * connection.
 */
final class Inflow {
    private enum Taking {
        /** Unless somebody stops it. */
        USUAL,
        /** Whoever stopped it: the end of the peer's stream is awaited. */
        ALL,
        NOTHING
    }

    private final Tokenizer tokenizer;
    private final Consumer<Token> taker;
    private Taking taking = Taking.USUAL;
    private boolean heard;
    private boolean held;
    private boolean wanted = true;
    private boolean draining;

    Inflow(XmlLimits limits, Consumer<Token> taker) {
        this.tokenizer = new Tokenizer(limits);
        this.taker = taker;
    }

    void append(ByteBuf in) {
        heard = true;
        tokenizer.append(in);
    }

    /** Bytes that have come behind the token that is being worked on. */
    int buffered() {
        return tokenizer.buffered();
    }

    /** The peer is to open the stream anew. */
    void restart(XmlLimits limits) {
        tokenizer.restart(limits);
    }

    /** The peer may send more at once from now on, on the same stream. */
    void withLimits(XmlLimits limits) {
        tokenizer.withLimits(limits);
    }

    /** Whether bytes have come since this was asked last. */
    boolean heard() {
        boolean was = heard;
        heard = false;
        return was;
    }

    /** Stops or goes on on behalf of those who get what comes. */
    void wanted(boolean on, ChannelConfig channel) {
        wanted = on;
        update(channel);
    }

    /** Nothing is taken while something else has to be done first. */
    void hold(ChannelConfig channel) {
        held = true;
        update(channel);
    }

    /** That is done; {@link #goOn} follows. */
    void release() {
        held = false;
    }

    void goOn(ChannelConfig channel) {
        update(channel);
        drain();
    }

    /** Our stream has ended. */
    void untilTheEnd(ChannelConfig channel) {
        taking = Taking.ALL;
        update(channel);
    }

    /** The connection has ended. */
    void over() {
        taking = Taking.NOTHING;
    }

    private void update(ChannelConfig channel) {
        channel.setAutoRead(taking != Taking.USUAL || (wanted && !held));
    }

    boolean isDraining() {
        return draining;
    }

    /** Hands over the tokens that are there, as long as they are taken. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (taking == Taking.ALL || (taking == Taking.USUAL && wanted && !held)) {
                Token token = tokenizer.next();
                if (token == null) {
                    break;
                }
                taker.accept(token);
            }
        } finally {
            draining = false;
        }
    }
}
