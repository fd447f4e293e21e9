package org.trestle.deploy.bench.turn;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.net.DatagramLoop;
import org.trestle.turn.net.NetCounters;

/**
 * Clients and peers on one event loop. As many packets as the window says are on their way; each that arrives lets the
 * next one go, so nothing is lost unless the server loses it.
 */
final class Load implements AutoCloseable {
    private static final int SECONDS = 20;
    private static final int AT_ONCE = 64;
    private static final int MOST_STRAYS = 1_000;
    private static final long REPEAT_MILLIS = 500;
    private static final long LOST_AFTER_MILLIS = 200;

    private final @Nullable MultiThreadIoEventLoopGroup group;
    private final IoEventLoop executor;
    private final boolean runs;
    private final List<Lane> lanes = new ArrayList<>();
    private CompletableFuture<Integer> setUp = new CompletableFuture<>();
    private boolean channels;
    private int begun;
    private int done;
    private int turn;
    private int strays;
    private long inFlight;
    private long seen;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong disordered = new AtomicLong();
    private Shape shape = new Shape(0, 1, 24, true, true);
    private @Nullable Pacer pacer;

    /**
     * What goes over the lanes.
     *
     * @param window packets on their way in each direction that is used
     * @param burst packets of one lane behind each other
     * @param size bytes of a payload, 24 or more
     */
    record Shape(int window, int burst, int size, boolean toPeer, boolean toClient) {}

    /** @param runs whether the machine's network puts the packets of a lane together, as cards do for bursts */
    Load(boolean runs) {
        this.runs = runs;
        this.group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        this.executor = group.next();
    }

    /** On the same loop as another one, which is closed later. */
    Load(Load other) {
        this.runs = other.runs;
        this.group = null;
        this.executor = other.executor;
    }

    IoEventLoop executor() {
        return executor;
    }

    boolean runs() {
        return runs;
    }

    /** Makes allocations, and channels in them if wanted; returns when the server has answered all. */
    void open(int count, Link.Kind kind, InetSocketAddress server, @Nullable SslContext tls, boolean withChannels)
            throws IOException {
        on(() -> {
            setUp = new CompletableFuture<>();
            channels = withChannels;
            begun = 0;
            done = 0;
            lanes.clear();
            DatagramLoop loop = new DatagramLoop(executor, new NetCounters());
            for (int i = 0; i < count; i++) {
                lanes.add(new Lane(this, loop, kind, server, tls));
            }
            while (begun < Math.min(AT_ONCE, count)) {
                lanes.get(begun++).begin();
            }
        });
        ScheduledFuture<?> repeating = executor.scheduleAtFixedRate(
                () -> lanes.forEach(Lane::repeat), REPEAT_MILLIS, REPEAT_MILLIS, TimeUnit.MILLISECONDS);
        try {
            await(setUp);
        } finally {
            repeating.cancel(false);
        }
    }

    void allocated(Lane lane) {
        if (channels) {
            lane.bind();
        } else {
            ready(lane);
        }
    }

    void ready(Lane lane) {
        done++;
        if (begun < lanes.size()) {
            lanes.get(begun++).begin();
        } else if (done == lanes.size()) {
            setUp.complete(done);
        }
    }

    /** Something came that nobody here has asked for. */
    void stray() {
        if (++strays > MOST_STRAYS) {
            failed("the server sends what is neither STUN nor ChannelData");
        }
    }

    void failed(String why) {
        setUp.completeExceptionally(new IOException(why));
    }

    /** Begins to send and goes on until it is closed. */
    void start(Shape wanted) throws IOException {
        on(() -> {
            shape = wanted;
            pump();
        });
        executor.scheduleAtFixedRate(this::recover, LOST_AFTER_MILLIS, LOST_AFTER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From now on packets of {@code size} bytes go to the peers at this rate, whatever comes back, until it is closed. */
    void pace(int packetsPerSecond, int size, boolean throughServer) throws IOException {
        on(() -> {
            shape = new Shape(0, 1, size, true, false);
            stopPacer();
            pacer = Pacer.start(executor, packetsPerSecond, () -> {
                Lane lane = lanes.get(turn++ % lanes.size());
                if (throughServer) {
                    lane.sendToPeer(1, size);
                } else {
                    lane.sendPastServer(size);
                }
            });
        });
    }

    private void stopPacer() throws IOException {
        if (pacer != null) {
            pacer.close();
        }
        pacer = null;
    }

    /** How long the packets of the next seconds are on their way; while {@link #pace} is under way. */
    Delays delays(double seconds) throws IOException {
        Delays delays = new Delays();
        countIn(delays);
        Relaying.pass(seconds);
        countIn(null);
        return delays;
    }

    private void countIn(@Nullable Delays delays) throws IOException {
        on(() -> {
            if (pacer != null) {
                pacer.countIn(delays);
            }
        });
    }

    /** A packet has come; gives its number, the last one of its lane and direction was {@code before}. */
    long arrived(ByteBuf bytes, int at, long before) {
        long number = bytes.getLong(at);
        if (number <= before) {
            disordered.lazySet(disordered.get() + 1);
            return before;
        }
        lost.lazySet(lost.get() + number - before - 1);
        delivered.lazySet(delivered.get() + 1);
        inFlight -= number - before;
        if (pacer != null) {
            pacer.arrived(bytes.getLong(at + Long.BYTES));
        }
        pump();
        return number;
    }

    private void pump() {
        int directions = (shape.toPeer() ? 1 : 0) + (shape.toClient() ? 1 : 0);
        long room = (long) shape.window() * directions;
        if (shape.window() == 0) {
            return;
        }
        while (inFlight + shape.burst() <= room) {
            int number = turn++;
            Lane lane = lanes.get(number / directions % lanes.size());
            if (shape.toPeer() && (directions == 1 || number % 2 == 0)) {
                lane.sendToPeer(shape.burst(), shape.size());
            } else {
                lane.sendToClient(shape.burst(), shape.size());
            }
            inFlight += shape.burst();
        }
    }

    /** When nothing has come for a while, what is on its way is lost. */
    private void recover() {
        if (delivered.get() == seen) {
            inFlight = 0;
            pump();
        }
        seen = delivered.get();
    }

    long delivered() {
        return delivered.get();
    }

    /** Waits until so many packets have come since the start, but not longer than these seconds. */
    void awaitDelivered(long packets, double seconds) {
        long until = System.nanoTime() + (long) (seconds * 1e9);
        while (delivered.get() < packets && System.nanoTime() < until) {
            Relaying.pass(0.05);
        }
    }

    long lost() {
        return lost.get();
    }

    long disordered() {
        return disordered.get();
    }

    /** Ends all allocations. */
    @Override
    public void close() throws IOException {
        on(() -> {
            stopPacer();
            shape = new Shape(0, 1, 24, true, true);
        });
        // Not all at once: what overflows the server's buffer is an allocation that stays, and its address with it.
        for (int from = 0; from < lanes.size(); from += AT_ONCE) {
            List<Lane> some = lanes.subList(from, Math.min(lanes.size(), from + AT_ONCE));
            on(() -> some.forEach(Lane::end));
            Relaying.pass(0.01);
        }
        if (group != null) {
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        }
    }

    /** What happens on the loop. */
    private interface Action {
        void run() throws IOException;
    }

    private void on(Action action) throws IOException {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                action.run();
                result.complete(0);
            } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        await(result);
    }

    private static void await(CompletableFuture<Integer> future) throws IOException {
        try {
            future.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer for " + SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
