package org.trestle.turn.journal;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.trestle.turn.relay.AllocationView;
import org.trestle.turn.relay.Drop;
import org.trestle.turn.relay.FiveTuple;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.relay.RelayCounters;
import org.trestle.turn.relay.RelayCounters.Count;
import org.trestle.turn.relay.Transport;

/**
 * How a relay is used: what operators and monitors read. Counters are since the relay started.
 *
 * @param clients five-tuples that have an allocation now
 * @param allocations now, by the transport between client and relay
 * @param tcpRelays of them, those that relay TCP to the peer (RFC 6062); the others relay UDP
 * @param users what each account has now, by name
 */
public record RelayUsage(
        int clients,
        Map<Transport, Integer> allocations,
        int tcpRelays,
        Map<String, User> users,
        Map<Count, Long> counts,
        Map<Refusal, Long> refusals,
        Map<Drop, Long> drops) {

    /** What the allocations of one account have relayed. */
    public record User(
            int allocations, long packetsToPeer, long bytesToPeer, long packetsToClient, long bytesToClient) {
        private static final User NOTHING = new User(0, 0, 0, 0, 0);

        private User plus(AllocationView.Counts counts) {
            return new User(
                    allocations + 1,
                    packetsToPeer + counts.packetsToPeer(),
                    bytesToPeer + counts.bytesToPeer(),
                    packetsToClient + counts.packetsToClient(),
                    bytesToClient + counts.bytesToClient());
        }
    }

    /** Of a relay that does not run. */
    public static final RelayUsage NONE = of(List.of(), List.of());

    /** Adds up the relays of all loops. */
    public static RelayUsage of(List<RelayCounters> loops, List<AllocationView> views) {
        Map<Transport, Integer> allocations = new EnumMap<>(Transport.class);
        Map<String, User> users = new TreeMap<>();
        Set<FiveTuple> clients = new HashSet<>();
        int tcpRelays = 0;
        for (AllocationView view : views) {
            clients.add(view.client());
            allocations.merge(view.client().transport(), 1, Integer::sum);
            users.merge(view.account(), User.NOTHING.plus(view.counts()), (known, one) -> known.plus(view.counts()));
            tcpRelays += view.tcp() ? 1 : 0;
        }
        return new RelayUsage(
                clients.size(), allocations, tcpRelays, users, counts(loops), refusals(loops), drops(loops));
    }

    private static Map<Count, Long> counts(List<RelayCounters> loops) {
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            sums.put(count, loops.stream().mapToLong(loop -> loop.get(count)).sum());
        }
        return sums;
    }

    private static Map<Refusal, Long> refusals(List<RelayCounters> loops) {
        Map<Refusal, Long> sums = new EnumMap<>(Refusal.class);
        for (Refusal refusal : Refusal.values()) {
            sums.put(
                    refusal, loops.stream().mapToLong(loop -> loop.get(refusal)).sum());
        }
        return sums;
    }

    private static Map<Drop, Long> drops(List<RelayCounters> loops) {
        Map<Drop, Long> sums = new EnumMap<>(Drop.class);
        for (Drop drop : Drop.values()) {
            sums.put(drop, loops.stream().mapToLong(loop -> loop.get(drop)).sum());
        }
        return sums;
    }

    /** One of {@link #counts}, which has all of them. */
    public long count(Count count) {
        return counts.getOrDefault(count, 0L);
    }
}
