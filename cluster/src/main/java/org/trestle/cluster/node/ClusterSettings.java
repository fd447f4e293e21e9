package org.trestle.cluster.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.log.LogTuning;

/**
 * What a node is told about its place in the cluster.
 *
 * @param data the node's data directory, locked by the caller; this part owns {@code cluster*} and {@code join} in it
 * @param name what people call this node
 * @param bind where the cluster port listens
 * @param cluster where other members reach the cluster port
 * @param client where clients reach this node, as {@code xmpp cluster status} prints it
 * @param tuning timing of the log
 * @param lease how long without a quorum before the node fences itself; also the age at which a peer counts as down
 */
public record ClusterSettings(
        Path data,
        String name,
        InetSocketAddress bind,
        NodeAddress cluster,
        NodeAddress client,
        LogTuning tuning,
        Duration lease) {

    /** The cluster port that nodes use unless they are told otherwise. */
    public static final int PORT = 5290;

    /** The lease that the architecture promises. */
    public static final Duration LEASE = Duration.ofSeconds(2);

    public ClusterSettings {
        if (name.isBlank() || name.length() > 64 || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a node's name is 1 to 64 visible characters, not \"" + name + "\"");
        }
        if (lease.compareTo(tuning.election()) < 0) {
            throw new IllegalArgumentException("the lease must not be shorter than the election time-out");
        }
    }

    /** Defaults for everything but the place. */
    public static ClusterSettings of(
            Path data, String name, InetSocketAddress bind, NodeAddress cluster, NodeAddress client) {
        return new ClusterSettings(data, name, bind, cluster, client, LogTuning.LAN, LEASE);
    }
}
