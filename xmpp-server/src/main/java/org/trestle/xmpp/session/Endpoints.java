package org.trestle.xmpp.session;

import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The endpoints of this node, by their identity in the directory. Any thread. */
public final class Endpoints {
    private final Map<String, Endpoint> byId = new ConcurrentHashMap<>();
    // The sets are confined to their loops, so that a round over all endpoints costs one task a loop.
    private final Map<EventLoop, Set<Endpoint>> byLoop = new ConcurrentHashMap<>();
    private volatile Consumer<Endpoint> removed = endpoint -> {};

    /** Tells of each endpoint that has gone, on its loop. Set before the first one is added. */
    public void onRemoved(Consumer<Endpoint> listener) {
        removed = listener;
    }

    /** Called on the endpoint's loop, before its identity is in the directory. */
    public void add(Endpoint endpoint) {
        byId.put(endpoint.id(), endpoint);
        byLoop.computeIfAbsent(endpoint.loop(), loop -> new HashSet<>()).add(endpoint);
    }

    /** Called on the endpoint's loop. */
    public void remove(Endpoint endpoint) {
        byId.remove(endpoint.id(), endpoint);
        Set<Endpoint> onLoop = byLoop.get(endpoint.loop());
        if (onLoop != null) {
            onLoop.remove(endpoint);
        }
        removed.accept(endpoint);
    }

    public @Nullable Endpoint get(String id) {
        return byId.get(id);
    }

    public Collection<Endpoint> all() {
        return List.copyOf(byId.values());
    }

    public int size() {
        return byId.size();
    }

    /** Ticks every endpoint on its loop. */
    public void tick() {
        byLoop.forEach((loop, endpoints) -> {
            try {
                loop.execute(() -> List.copyOf(endpoints).forEach(Endpoint::tick));
            } catch (RejectedExecutionException stopped) {
                byLoop.remove(loop, endpoints);
            }
        });
    }
}
