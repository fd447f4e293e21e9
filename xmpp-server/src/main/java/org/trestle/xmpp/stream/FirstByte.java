package org.trestle.xmpp.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells TLS from plain XML by the first byte of a connection: 0x16 begins a TLS handshake (RFC 8446 5.1), and no XML. Lets one
 * port serve both (RFC 7590, XEP-0368).
 */
final class FirstByte extends ChannelInboundHandlerAdapter {
    private static final byte TLS_HANDSHAKE = 0x16;

    private final Supplier<SslHandler> tls;
    private final Consumer<ChannelHandlerContext> plain;

    /** @param plain called when the connection is not TLS, before its first byte goes on */
    FirstByte(Supplier<SslHandler> tls, Consumer<ChannelHandlerContext> plain) {
        this.tls = tls;
        this.plain = plain;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf in && !in.isReadable()) {
            in.release();
            return;
        }
        if (message instanceof ByteBuf in && in.getByte(in.readerIndex()) == TLS_HANDSHAKE) {
            context.pipeline().addAfter(context.name(), "tls", tls.get());
        } else {
            plain.accept(context);
        }
        context.pipeline().remove(this);
        context.fireChannelRead(message);
    }
}
