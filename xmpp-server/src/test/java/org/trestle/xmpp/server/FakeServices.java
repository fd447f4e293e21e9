package org.trestle.xmpp.server;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Subscription;
import org.trestle.xmpp.feature.ExternalServices;

/** Services that the test names. */
final class FakeServices implements ExternalServices {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile List<Service> services = List.of();
    volatile boolean without;

    void are(Service... now) {
        services = List.of(now);
        listeners.forEach(Runnable::run);
    }

    @Override
    public List<Service> services() {
        return services;
    }

    @Override
    public @Nullable Login login(String name) {
        return without
                ? null
                : new Login("1800000000:" + name, "password of " + name, Instant.ofEpochSecond(1_800_000_000));
    }

    @Override
    public Subscription onChange(Runnable changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }
}
