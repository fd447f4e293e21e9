package org.trestle.turn.relay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.stun.AddressFamily;

/** The allocations of one relay, and how they begin and end. */
final class Allocations {
    private static final AtomicLong IDS = new AtomicLong();

    private final Relay.Parts parts;
    private final RelayCounters counters;
    private final Endpoints endpoints;
    private final TcpPeers tcpPeers;
    private final List<Allocation> all = new ArrayList<>();
    /** Those that a client may take along to another five-tuple (RFC 8016), by id. */
    private final Map<Long, Allocation> mobile = new HashMap<>();

    Allocations(Relay.Parts parts, RelayCounters counters, Endpoints endpoints, TcpPeers tcpPeers) {
        this.parts = parts;
        this.counters = counters;
        this.endpoints = endpoints;
        this.tcpPeers = tcpPeers;
    }

    /** An allocation without sockets; {@link #open} makes it one of these. */
    Allocation create(Request request) {
        long rate = parts.settings().bytesPerSecond();
        return new Allocation(
                IDS.incrementAndGet(),
                request,
                rate > 0 ? new TokenBucket(rate) : null,
                parts.quotas().bandwidth(request.proof().user().account()),
                parts.clock().epochMillis());
    }

    void open(Allocation allocation) {
        allocation.place = all.size();
        all.add(allocation);
        if (allocation.ticket != null) {
            mobile.put(allocation.id(), allocation);
        }
        attach(allocation, allocation.leg);
        counters.add(Count.ALLOCATIONS_OPENED, 1);
        counters.add(Count.ALLOCATIONS_NOW, 1);
        counters.add(allocation.leg.fiveTuple().transport(), 1);
        parts.events().opened(allocation.view(parts.clock().nanos()));
    }

    /** Moves {@code allocation} to another five-tuple (RFC 8016). */
    void move(Allocation allocation, ClientLeg leg) {
        counters.add(allocation.leg.fiveTuple().transport(), -1);
        counters.add(leg.fiveTuple().transport(), 1);
        detach(allocation);
        attach(allocation, leg);
    }

    @Nullable
    Allocation findMobile(long id) {
        return mobile.get(id);
    }

    int size() {
        return all.size();
    }

    void end(Allocation allocation, String why) {
        if (allocation.place < 0) {
            return;
        }
        AllocationView last = allocation.view(parts.clock().nanos());
        Allocation moved = all.remove(all.size() - 1);
        if (moved != allocation) {
            all.set(allocation.place, moved);
            moved.place = allocation.place;
        }
        allocation.place = -1;
        mobile.remove(allocation.id());
        tcpPeers.end(allocation);
        endpoints.close(allocation.ipv4);
        endpoints.close(allocation.ipv6);
        endpoints.close(allocation.listener);
        detach(allocation);
        parts.quotas().giveBack(allocation.user().account(), allocation.openedFrom());
        counters.add(Count.ALLOCATIONS_NOW, -1);
        counters.add(allocation.leg.fiveTuple().transport(), -1);
        parts.events().closed(last, why);
    }

    /** Gives up one address of a dual allocation; the other one goes on. */
    void endHalf(Allocation allocation, AddressFamily family) {
        if (family == AddressFamily.IPV4) {
            endpoints.close(allocation.ipv4);
            allocation.ipv4 = null;
            allocation.relayed = allocation.relayedIpv6;
        } else {
            endpoints.close(allocation.ipv6);
            allocation.ipv6 = null;
        }
        allocation.relayedIpv6 = null;
    }

    void tick(long now) {
        long millis = parts.clock().epochMillis();
        for (int i = all.size() - 1; i >= 0; i--) {
            Allocation allocation = all.get(i);
            if (!allocation.isOpen(now)) {
                end(allocation, "its lifetime is over");
            } else if (allocation.user().expiresAtMillis() <= millis) {
                end(allocation, "its credential has expired");
            } else {
                sweep(allocation, now);
            }
        }
    }

    private void sweep(Allocation allocation, long now) {
        AddressFamily expired = allocation.expiredFamily(now);
        if (expired != null) {
            endHalf(allocation, expired);
        }
        allocation.channels.sweep(now);
        allocation.permissions.sweep(now);
    }

    void forEach(Consumer<AllocationView> reader) {
        long now = parts.clock().nanos();
        all.forEach(allocation -> reader.accept(allocation.view(now)));
    }

    boolean end(long id, String why) {
        for (Allocation allocation : all) {
            if (allocation.id() == id) {
                end(allocation, why);
                return true;
            }
        }
        return false;
    }

    void close(String why) {
        while (!all.isEmpty()) {
            end(all.get(all.size() - 1), why);
        }
    }

    private static void attach(Allocation allocation, ClientLeg leg) {
        allocation.leg = leg;
        leg.allocation = allocation;
        leg.kept();
    }

    private static void detach(Allocation allocation) {
        if (allocation.leg.allocation == allocation) {
            allocation.leg.allocation = null;
            allocation.leg.released();
        }
    }
}
