package org.trestle.deploy.bridge;

import java.util.concurrent.atomic.AtomicLong;

/** Numbered stanzas from one bridge to another, counted at both ends. */
final class Exchange {
    private final String from;
    private final String to;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong returned = new AtomicLong();
    private final AtomicLong disordered = new AtomicLong();
    private volatile long lastNumber;
    private volatile long mark = Long.MAX_VALUE;
    private volatile long firstAfterMark;

    Exchange(String from, String to) {
        this.from = from;
        this.to = to;
    }

    String from() {
        return from;
    }

    String to() {
        return to;
    }

    /** Sends the next stanza over {@code bridge}; it counts as sent when it was written to a connection. */
    void send(Bridge bridge) {
        long number = sent.get() + 1;
        if (bridge.send(to, "s" + number, number + " " + System.nanoTime())) {
            sent.incrementAndGet();
        }
    }

    /** A stanza with this body arrived. */
    void delivered(String body) {
        int space = body.indexOf(' ');
        long number = Long.parseLong(body, 0, space, 10);
        long sentAt = Long.parseLong(body, space + 1, body.length(), 10);
        delivered.incrementAndGet();
        if (number <= lastNumber) {
            disordered.incrementAndGet();
        }
        lastNumber = number;
        if (firstAfterMark == 0 && sentAt - mark >= 0 && mark != Long.MAX_VALUE) {
            firstAfterMark = System.nanoTime();
        }
    }

    /** A stanza came back as an error. */
    void returned() {
        returned.incrementAndGet();
    }

    /** From now on, watch for the first delivery of a stanza sent after {@code nanos}. */
    void mark(long nanos) {
        firstAfterMark = 0;
        mark = nanos;
    }

    /** When the first stanza sent after the mark arrived; 0 when none did yet. */
    long firstAfterMark() {
        return firstAfterMark;
    }

    long sent() {
        return sent.get();
    }

    long deliveredCount() {
        return delivered.get();
    }

    long returnedCount() {
        return returned.get();
    }

    long disordered() {
        return disordered.get();
    }
}
