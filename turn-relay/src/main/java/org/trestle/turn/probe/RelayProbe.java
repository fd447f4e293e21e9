package org.trestle.turn.probe;

import java.io.IOException;
import java.security.SecureRandom;
import org.trestle.turn.stun.TransportAddress;

/**
 * Allocates on two relays (or twice on one), permits each the other, and sends a packet there and back. Takes a few
 * milliseconds when all is well and a few seconds when something is lost. Blocks.
 */
public final class RelayProbe {
    private static final int PACKETS = 5;
    private static final int WAIT_MILLIS = 400;
    private static final int DATA = 32;

    private final ProbeLogin login;
    private final SecureRandom random;
    private final int patience;

    public RelayProbe(ProbeLogin login, SecureRandom random) {
        this(login, random, 1);
    }

    /** @param patience how many times longer than usual to wait before something counts as lost */
    public RelayProbe(ProbeLogin login, SecureRandom random, int patience) {
        this.login = login;
        this.random = random;
        this.patience = patience;
    }

    /** Runs once. */
    public ProbeVerdict run(ProbeTarget first, ProbeTarget second) {
        try (ProbeClient one = new ProbeClient(first, login, random, patience);
                ProbeClient other = new ProbeClient(second, login, random, patience)) {
            TransportAddress here = one.allocate();
            TransportAddress there = other.allocate();
            one.permit(there);
            other.permit(here);
            byte[] data = new byte[DATA];
            random.nextBytes(data);
            long begun = System.nanoTime();
            if (!carried(one, there, other, data)) {
                return ProbeVerdict.nothing("nothing arrived: packets from the relayed address " + here + " of " + first
                        + " do not come out at " + there + " of " + second
                        + ": does a firewall drop UDP to or from the relayed ports?");
            }
            random.nextBytes(data);
            if (!carried(other, here, one, data)) {
                return ProbeVerdict.lost(
                        "reply lost: packets go from " + here + " of " + first + " to " + there + " of "
                                + second + ", but none comes back: does a firewall drop UDP to the relayed ports of "
                                + first.name()
                                + ", or is its public address wrong (\"turn public-ip\")?");
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;
            return ProbeVerdict.relayed(
                    "relayed: " + first + " with " + here + ", " + second + " with " + there + ", there and back in "
                            + millis + " ms",
                    millis);
        } catch (ProbeClient.Stopped stopped) {
            return stopped.verdict();
        } catch (IOException closing) {
            return ProbeVerdict.nothing("nothing arrived: " + closing.getMessage());
        }
    }

    /** Single packets may be lost on the way, so a few are sent. */
    private boolean carried(ProbeClient from, TransportAddress peer, ProbeClient to, byte[] data)
            throws ProbeClient.Stopped {
        for (int i = 0; i < PACKETS; i++) {
            from.send(peer, data);
            if (to.hears(data, WAIT_MILLIS * patience)) {
                return true;
            }
        }
        return false;
    }
}
