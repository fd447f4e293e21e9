package org.trestle.cluster.transport;

import org.jspecify.annotations.Nullable;

/** How somebody who is no member comes to the cluster port; the name is the TLS server name that it asks for. */
enum GuestKind {
    /** Without a certificate, to prove an invitation. */
    INVITED("trestle-guest"),
    /** With a certificate of the trust bundle. */
    TRUSTED("trestle-trust");

    private final String serverName;

    GuestKind(String serverName) {
        this.serverName = serverName;
    }

    String serverName() {
        return serverName;
    }

    static @Nullable GuestKind named(@Nullable String serverName) {
        for (GuestKind kind : values()) {
            if (kind.serverName.equals(serverName)) {
                return kind;
            }
        }
        return null;
    }
}
