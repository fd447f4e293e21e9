package org.trestle.deploy.bench.xmpp;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Messages from one stream to another, at most so many under way at once: each that arrives lets the next one go. On the
 * load's one thread.
 */
final class Lane {
    private final LoadStream from;
    private final ByteBuf message;
    private final @Nullable Latencies latencies;
    private final long[] departures;
    private long sent;
    private long received;
    private boolean open;

    /** @param window how many may be under way */
    Lane(LoadStream from, String message, int window, @Nullable Latencies latencies) {
        this.from = from;
        this.message = from.bytes(message);
        this.latencies = latencies;
        this.departures = new long[window];
    }

    void open() {
        open = true;
        send(departures.length);
    }

    /** Lets nothing more go; what is under way still counts. */
    void shut() {
        open = false;
    }

    /** Sends one now, at its time in a schedule; for rates that are not driven by arrivals. */
    void sendAt(long dueNanos) {
        departures[(int) (sent % departures.length)] = dueNanos;
        sent++;
        from.send(message, 1);
    }

    /** Arrivals at the other end. */
    void arrived(int messages) {
        if (latencies != null) {
            long now = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                latencies.add(now - departures[(int) ((received + i) % departures.length)]);
            }
        }
        received += messages;
        if (open) {
            send(messages);
        }
    }

    private void send(int messages) {
        if (latencies != null) {
            long now = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                departures[(int) ((sent + i) % departures.length)] = now;
            }
        }
        sent += messages;
        from.send(message, messages);
    }

    long sent() {
        return sent;
    }

    long received() {
        return received;
    }

    void release() {
        message.release();
    }
}
