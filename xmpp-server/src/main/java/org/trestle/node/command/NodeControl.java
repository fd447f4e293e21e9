package org.trestle.node.command;

import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Membership;
import org.trestle.node.pki.FileArea;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;
import org.trestle.node.shell.ConsoleException;

/** The node, as far as commands see and change it. All methods may block; none is called on an event loop. */
public interface NodeControl {
    Cluster cluster();

    Membership membership();

    CallBridges callBridges();

    Accounts accounts();

    SharedSettings settings();

    /** The files that {@code pki} and {@code xmpp certs} work with. */
    FileArea files();

    /** The TURN relay. */
    TurnControl turn();

    /** What was set for this node alone. */
    NodeState state();

    /** Keeps and applies a new state: starts or stops serving, moves to other addresses, takes another certificate. */
    void change(NodeState after) throws ConsoleException;

    /** Stops serving XMPP and starts again; the cluster stays. */
    void restart() throws ConsoleException;

    /** Sends the clients of this node to another host, or takes them again when it is null. */
    void drain(@Nullable String host) throws ConsoleException;

    /** The most sessions of one user while {@code xmpp max_sessions} is not set. */
    int maxSessions();

    /** What XMPP does on this node now. */
    Serving serving();

    /**
     * What XMPP does on this node now.
     *
     * @param running whether its ports are open
     * @param words for the field {@code STATUS}
     * @param listening the addresses and interfaces that it listens on
     * @param keyFile the key in use, as the operator named it
     */
    record Serving(
            boolean running,
            String words,
            java.util.List<String> listening,
            String keyFile,
            String certificateFile,
            @Nullable String bundleFile) {}
}
