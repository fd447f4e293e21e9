package org.trestle.cluster.transport;

import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/** The connections that others opened to this node. Thread-safe. */
final class Accepted {
    private final Object lock = new Object();
    private final int perPeer;
    private final int strangers;
    private final Map<NodeId, Deque<Channel>> peers = new HashMap<>();
    private final Set<Channel> unknown = new HashSet<>();

    Accepted(int perPeer, int strangers) {
        this.perPeer = perPeer;
        this.strangers = strangers;
    }

    /** A connection of nobody known yet; false when there are too many of them. */
    boolean arrived(Channel channel) {
        synchronized (lock) {
            return unknown.size() < strangers && unknown.add(channel);
        }
    }

    /** The connection turned out to be from {@code node}; whose oldest one is closed when it has too many. */
    void known(NodeId node, Channel channel) {
        Channel oldest = null;
        synchronized (lock) {
            unknown.remove(channel);
            Deque<Channel> present = peers.computeIfAbsent(node, fresh -> new ArrayDeque<>());
            present.addLast(channel);
            if (present.size() > perPeer) {
                oldest = present.pollFirst();
            }
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    /** The connection closed, or is counted elsewhere from now on. */
    void left(@Nullable NodeId node, Channel channel) {
        synchronized (lock) {
            unknown.remove(channel);
            Deque<Channel> present = node == null ? null : peers.get(node);
            if (present != null && present.remove(channel) && present.isEmpty()) {
                peers.remove(node);
            }
        }
    }

    void close(NodeId node) {
        List<Channel> gone;
        synchronized (lock) {
            gone = List.copyOf(peers.getOrDefault(node, new ArrayDeque<>()));
        }
        gone.forEach(Channel::close);
    }

    void closeAll() {
        List<Channel> gone = new ArrayList<>();
        synchronized (lock) {
            gone.addAll(unknown);
            peers.values().forEach(gone::addAll);
        }
        gone.forEach(Channel::close);
    }

    /** Connections of peers that are known. */
    int count(NodeId node) {
        synchronized (lock) {
            Deque<Channel> present = peers.get(node);
            return present == null ? 0 : present.size();
        }
    }
}
