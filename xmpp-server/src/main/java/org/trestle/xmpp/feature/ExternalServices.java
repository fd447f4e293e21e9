package org.trestle.xmpp.feature;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Subscription;

/** Services outside of XMPP that those who are connected here may use, such as relays for media (XEP-0215). Any thread. */
public interface ExternalServices {

    /**
     * A service.
     *
     * @param type {@code stun}, {@code turn} or {@code turns}
     * @param transport {@code udp} or {@code tcp}
     */
    record Service(String type, String transport, String host, int port) {}

    /** Credentials for one entity, until {@code expires}. */
    record Login(String username, String password, Instant expires) {
        @Override
        public String toString() {
            return "Login[" + username + "]";
        }
    }

    /** All that can be used now, the best first. */
    List<Service> services();

    /** Fresh credentials for all services that want some; null when none can be had now. */
    @Nullable
    Login login(String name);

    /** Calls {@code changed} after services have come or gone, or want other credentials: it must not block. */
    Subscription onChange(Runnable changed);

    /** There are none. */
    ExternalServices NONE = new ExternalServices() {
        @Override
        public List<Service> services() {
            return List.of();
        }

        @Override
        public @Nullable Login login(String name) {
            return null;
        }

        @Override
        public Subscription onChange(Runnable changed) {
            return () -> {};
        }
    };
}
