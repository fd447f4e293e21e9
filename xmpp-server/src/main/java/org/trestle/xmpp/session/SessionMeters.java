package org.trestle.xmpp.session;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of the endpoints of this node: limits that bit, and streams that were ended for a reason. */
public final class SessionMeters {
    private final Counter full;
    private final Counter slow;
    private final Counter slowClosed;
    private final Counter deadClosed;
    private final Counter held;
    private final Counter notHeld;
    private final Counter holdExpired;
    private final Counter overrun;
    private final Counter lost;
    private final Counter resumed;
    private final Counter notResumed;
    private final Counter resumptionOver;
    private final Counter crowded;
    private final Counter lateTask;
    private final Counter conflicts;
    private final Counter strayFrom;
    private final Counter refused;

    public SessionMeters(MeterRegistry registry) {
        full = registry.counter("xmpp.endpoint.full");
        slow = registry.counter("xmpp.endpoint.slow");
        slowClosed = registry.counter("xmpp.endpoint.closed", "why", "slow-reader");
        deadClosed = registry.counter("xmpp.endpoint.closed", "why", "no-answer");
        held = registry.counter("xmpp.source.held");
        notHeld = registry.counter("xmpp.source.not-held");
        holdExpired = registry.counter("xmpp.source.hold-expired");
        overrun = registry.counter("xmpp.endpoint.closed", "why", "overrun");
        lost = registry.counter("xmpp.resumption", "event", "lost");
        resumed = registry.counter("xmpp.resumption", "event", "resumed");
        notResumed = registry.counter("xmpp.resumption", "event", "refused");
        resumptionOver = registry.counter("xmpp.resumption", "event", "too-late");
        crowded = registry.counter("xmpp.resumption", "event", "crowded");
        lateTask = registry.counter("xmpp.endpoint.late");
        conflicts = registry.counter("xmpp.endpoint.closed", "why", "conflict");
        strayFrom = registry.counter("xmpp.endpoint.closed", "why", "invalid-from");
        refused = registry.counter("xmpp.bind.refused");
    }

    void full() {
        full.increment();
    }

    void slow() {
        slow.increment();
    }

    void slowClosed() {
        slowClosed.increment();
    }

    void deadClosed() {
        deadClosed.increment();
    }

    void held() {
        held.increment();
    }

    /** A source was not stopped, because slow receivers have stopped it for long enough already. */
    void notHeld() {
        notHeld.increment();
    }

    /** A source went on although a receiver still does not read. */
    void holdExpired() {
        holdExpired.increment();
    }

    void overrun() {
        overrun.increment();
    }

    /** A session has lost its connection and can be resumed. */
    void lost() {
        lost.increment();
    }

    void resumed() {
        resumed.increment();
    }

    void notResumed() {
        notResumed.increment();
    }

    /** Nobody came to resume a session. */
    void resumptionOver() {
        resumptionOver.increment();
    }

    /** More was sent to a session without a connection than it may keep. */
    void crowded() {
        crowded.increment();
    }

    void lateTask() {
        lateTask.increment();
    }

    void conflict() {
        conflicts.increment();
    }

    /** A peer sent from an address that is not its own. */
    public void strayFrom() {
        strayFrom.increment();
    }

    void refused() {
        refused.increment();
    }
}
