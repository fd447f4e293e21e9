package org.trestle.node.command;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.RelayAddress;
import org.trestle.node.turn.RelayProbes;
import org.trestle.node.turn.TurnTables;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.journal.RelayUsage;

/** The node's TURN relay, as far as commands see and change it; settings change with the node's state. May block. */
public interface TurnControl {
    /** Whether it is to run, by the node's state or else its configuration. */
    boolean enabled();

    /** What the cluster shares. */
    TurnTables shared();

    /** The realm that counts now. */
    String realm();

    /** What was refused, and which keys are used, on this node. */
    RelayJournal journal();

    /** What the relay does now. */
    Relaying relaying();

    /** How it is used now. */
    RelayUsage usage() throws ConsoleException;

    /** The cluster's relays, this node's first, with whether they can be used now. */
    List<Known> relays();

    /** Takes no new allocations from now on, and stops when there are none, or at the deadline. */
    void drain(Duration deadline) throws ConsoleException;

    /** Starts when it does not run, and takes new allocations again. */
    void resume() throws ConsoleException;

    /** Stops at once and starts again; allocations end. */
    void restart() throws ConsoleException;

    /** Sends packets through relays of these nodes; empty names choose. */
    List<RelayProbes.Probed> probe(String from, String to) throws ConsoleException;

    Instant now();

    /** A relay of the cluster. */
    record Known(RelayAddress relay, String node, boolean alive) {}

    /**
     * What the relay does now.
     *
     * @param running whether its ports are open
     * @param words for the field {@code STATUS}
     * @param listening as the operator named it
     * @param relayAddress where relayed ports are; null while that is not known
     * @param publicAddress what clients are told instead, or null
     * @param tlsPort 0 when there is none
     * @param sharedPort where the relay is reached beside XMPP; 0 when there is none
     * @param relayPorts the range, as {@code 24000-29999}
     * @param allocations now
     * @param deadline when a relay that is being drained stops; null when it is not
     */
    record Relaying(
            boolean running,
            String words,
            List<String> listening,
            @Nullable String relayAddress,
            @Nullable String publicAddress,
            int port,
            int tlsPort,
            int sharedPort,
            String relayPorts,
            String keyFile,
            String certificateFile,
            @Nullable String bundleFile,
            int allocations,
            @Nullable Instant deadline) {}
}
