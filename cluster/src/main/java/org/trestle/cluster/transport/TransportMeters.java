package org.trestle.cluster.transport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** The meters {@code cluster.transport.*}; their tags are fixed words. */
final class TransportMeters {
    /** Why a connection was closed or a frame dropped. */
    enum Reason {
        STRANGER,
        NOT_A_MEMBER,
        HANDSHAKE,
        MALFORMED,
        TOO_MANY,
        GUESTS_CLOSED,
        NO_LINK,
        QUEUE_FULL
    }

    private final MeterRegistry registry;
    private final Counter sentBytes;
    private final Counter requests;
    private final Counter tells;
    private final Counter told;
    private final AtomicInteger links;
    private final Gauge gauge;

    TransportMeters(MeterRegistry registry) {
        this.registry = registry;
        sentBytes = registry.counter("cluster.transport.sent.bytes");
        requests = registry.counter("cluster.transport.requests");
        tells = registry.counter("cluster.transport.tells");
        told = registry.counter("cluster.transport.told");
        links = new AtomicInteger();
        gauge = Gauge.builder("cluster.transport.links", links, AtomicInteger::get)
                .strongReference(true)
                .register(registry);
    }

    void sent(int bytes) {
        sentBytes.increment(bytes);
    }

    void request() {
        requests.increment();
    }

    void requestFailed(PeerException.Kind kind) {
        registry.counter("cluster.transport.requests.failed", "kind", kind.name())
                .increment();
    }

    void tell() {
        tells.increment();
    }

    void told() {
        told.increment();
    }

    void tellDropped(Reason reason) {
        registry.counter("cluster.transport.tells.dropped", "reason", reason.name())
                .increment();
    }

    /** A connection was closed because of what the other side is or did. */
    void rejected(Reason reason) {
        registry.counter("cluster.transport.rejected", "reason", reason.name()).increment();
    }

    void guest(String outcome) {
        registry.counter("cluster.transport.guests", "outcome", outcome).increment();
    }

    /** The next transport of this process counts its own links. */
    void close() {
        registry.remove(gauge);
    }

    void linkUp() {
        links.incrementAndGet();
    }

    void linkDown() {
        links.decrementAndGet();
    }
}
