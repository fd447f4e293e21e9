package org.trestle.turn.relay;

import java.util.List;
import org.trestle.turn.stun.TransportAddress;

/**
 * An allocation as it was at one moment.
 *
 * @param id unique in this process
 * @param client the five-tuple
 * @param username as in USERNAME
 * @param account whom the quotas count
 * @param keyLabel which key proved it, for example {@code epoch 7}
 * @param relayed the relayed addresses that the client was told, one or two
 * @param tcp whether it relays TCP to the peer (RFC 6062)
 * @param openedAtMillis wall clock
 * @param secondsLeft of its lifetime
 * @param permissions that are alive
 * @param channels that are alive
 * @param counts packets and bytes so far
 */
public record AllocationView(
        long id,
        FiveTuple client,
        String username,
        String account,
        String keyLabel,
        List<TransportAddress> relayed,
        boolean tcp,
        long openedAtMillis,
        long secondsLeft,
        int permissions,
        int channels,
        Counts counts) {

    /** Packets and payload bytes of one allocation; those dropped are not in the others. */
    public record Counts(
            long packetsToPeer, long bytesToPeer, long packetsToClient, long bytesToClient, long packetsDropped) {}
}
