package org.trestle.deploy.bench.xmpp;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load. First it talks: sends, and waits for words. Then it only counts messages as they end, without
 * looking further, or hands over what comes unread, so that the load costs little.
 */
final class LoadStream extends ChannelInboundHandlerAdapter {
    static final int PATIENCE_SECONDS = 60;

    private static final byte[] END = "</message>".getBytes(StandardCharsets.US_ASCII);
    private static final int SAID_LIMIT = 64 * 1024;

    private final Channel channel;
    private final StringBuilder said = new StringBuilder();
    private @Nullable String awaited;
    private CompletableFuture<String> found = new CompletableFuture<>();
    private @Nullable Consumer<ByteBuf> reader;
    private int matched;

    private LoadStream(Channel channel) {
        this.channel = channel;
    }

    /** Connects; {@code 0.0.0.0} as the source lets the system choose. */
    static LoadStream connect(EventLoopGroup group, Class<? extends Channel> type, InetSocketAddress address)
            throws IOException {
        CompletableFuture<LoadStream> connected = new CompletableFuture<>();
        new Bootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .addListener((io.netty.channel.ChannelFuture done) -> {
                    if (done.isSuccess()) {
                        LoadStream stream = new LoadStream(done.channel());
                        done.channel().pipeline().addLast(stream);
                        connected.complete(stream);
                    } else {
                        connected.completeExceptionally(done.cause());
                    }
                });
        return await(connected, "connecting to " + address);
    }

    Channel channel() {
        return channel;
    }

    /** Sends text and waits for words in the answer; returns what came up to them, and with them. */
    String ask(String text, String words) throws IOException {
        return await(asking(text, words), words);
    }

    /** As {@link #ask}, without waiting. */
    CompletableFuture<String> asking(String text, String words) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            awaited = words;
            found = answer;
            look();
            channel.writeAndFlush(bytes(text));
        });
        return answer;
    }

    /** Puts TLS below the stream, as its client. */
    void secure(SslContext tls) {
        channel.eventLoop().execute(() -> channel.pipeline().addFirst(new SslHandler(tls.newEngine(channel.alloc()))));
    }

    /** From now on tells how many messages ended in each piece that was read. */
    void count(IntConsumer counter) throws IOException {
        CompletableFuture<Void> counting = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            reader = in -> scan(in, counter);
            counting.complete(null);
        });
        await(counting, "counting");
    }

    /** Sends text. */
    void say(String text) {
        channel.eventLoop().execute(() -> channel.writeAndFlush(bytes(text)));
    }

    /** Sends text; from now on each piece that is read goes to {@code reader}, which does not keep it. */
    void say(String text, Consumer<ByteBuf> reader) {
        channel.eventLoop().execute(() -> {
            this.reader = reader;
            channel.writeAndFlush(bytes(text));
        });
    }

    /** Writes the same bytes so many times, in one flush; on the loop only. */
    void send(ByteBuf message, int times) {
        for (int i = 0; i < times; i++) {
            channel.write(message.retainedDuplicate());
        }
        channel.flush();
    }

    ByteBuf bytes(String text) {
        return ByteBufUtil.writeUtf8(channel.alloc(), text);
    }

    void close() {
        channel.close();
    }

    /** Ends the stream as RFC 6120 section 4.4 wants it; done when the server has closed the connection too. */
    CompletableFuture<Void> end() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        channel.closeFuture().addListener(closed -> over.complete(null));
        say("</stream:stream>");
        return over;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (reader != null) {
                reader.accept(in);
            } else {
                said.append(in.toString(StandardCharsets.UTF_8));
                look();
            }
        } finally {
            in.release();
        }
    }

    private void scan(ByteBuf in, IntConsumer counter) {
        int ends = 0;
        int matching = matched;
        for (int i = in.readerIndex(); i < in.writerIndex(); i++) {
            byte next = in.getByte(i);
            if (next == END[matching]) {
                matching++;
                if (matching == END.length) {
                    ends++;
                    matching = 0;
                }
            } else {
                matching = next == END[0] ? 1 : 0;
            }
        }
        matched = matching;
        if (ends > 0) {
            counter.accept(ends);
        }
    }

    private void look() {
        String words = awaited;
        int at = words == null ? -1 : said.indexOf(words);
        if (words != null && at >= 0) {
            String before = said.substring(0, at + words.length());
            said.delete(0, at + words.length());
            awaited = null;
            found.complete(before);
        } else if (said.indexOf("</stream:stream>") >= 0
                || said.indexOf("<failure") >= 0
                || said.length() > SAID_LIMIT) {
            found.completeExceptionally(new IOException("the server said " + said));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        found.completeExceptionally(new IOException("the server closed the connection; it had said " + said));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        found.completeExceptionally(new IOException(cause));
        context.close();
    }

    static <T> T await(CompletableFuture<T> future, String what) throws IOException {
        return await(future, what, PATIENCE_SECONDS);
    }

    static <T> T await(CompletableFuture<T> future, String what, int seconds) throws IOException {
        try {
            return future.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(what + ": " + failed.getCause(), failed);
        } catch (TimeoutException late) {
            throw new IOException("nothing after " + seconds + " s: " + what, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + what, interrupted);
        }
    }
}
