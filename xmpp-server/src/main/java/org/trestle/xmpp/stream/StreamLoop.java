package org.trestle.xmpp.stream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The event loop that one connection lives on: what is done there, now or behind what waits already, the one time limit that
 * runs, and the way to another loop. A mistake in a task ends this connection and no other.
 */
final class StreamLoop {
    private final Consumer<RuntimeException> failed;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> deadline;

    /** {@code failed} is told of what a task throws. */
    StreamLoop(Consumer<RuntimeException> failed) {
        this.failed = failed;
    }

    void in(ChannelHandlerContext context) {
        this.context = context;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("the stream is on no channel yet");
        }
        return known;
    }

    EventLoop loop() {
        return context().channel().eventLoop();
    }

    /** At once when this thread is the loop. */
    void run(Runnable task) {
        if (loop().inEventLoop()) {
            guarded(task);
        } else {
            later(task);
        }
    }

    /** Behind whatever waits for the loop. */
    void later(Runnable task) {
        loop().execute(() -> guarded(task));
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException mistake) {
            failed.accept(mistake);
        }
    }

    /** Sets the time limit, in place of the one that runs. */
    void deadline(Duration delay, Runnable task) {
        cancelDeadline();
        deadline = loop().schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    void cancelDeadline() {
        Future<?> planned = deadline;
        deadline = null;
        if (planned != null) {
            planned.cancel(false);
        }
    }

    /** Goes to another loop while nothing is read and no time limit runs; {@code arrived}, and the result, are there. */
    CompletionStage<Void> moveTo(EventLoop target, Runnable arrived) {
        CompletableFuture<Void> moved = new CompletableFuture<>();
        Channel channel = context().channel();
        // Behind whatever this loop has planned for the connection.
        loop().execute(() -> channel.deregister()
                .addListener(left -> target.register(channel)
                        .addListener(there -> target.execute(() -> {
                            arrived.run();
                            moved.complete(null);
                        }))));
        return moved;
    }
}
