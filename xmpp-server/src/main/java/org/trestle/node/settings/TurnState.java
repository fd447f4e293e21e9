package org.trestle.node.settings;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the console set for this node's TURN relay; whatever is null counts as the configuration says.
 *
 * @param enabled whether the node relays
 * @param listen addresses or interfaces
 * @param tlsPort the port for TLS and DTLS; 0 is none
 * @param publicAddress what clients are told behind a 1:1 NAT; empty is none
 * @param certificate what {@code turn certs} installed
 */
public record TurnState(
        @Nullable Boolean enabled,
        @Nullable List<String> listen,
        @Nullable Integer tlsPort,
        @Nullable String publicAddress,
        NodeState.@Nullable Certificate certificate) {

    /** Nothing was set: the configuration counts. */
    public static final TurnState AS_CONFIGURED = new TurnState(null, null, null, null, null);

    public TurnState {
        listen = listen == null ? null : List.copyOf(listen);
    }

    public TurnState withEnabled(boolean value) {
        return new TurnState(value, listen, tlsPort, publicAddress, certificate);
    }

    public TurnState withListen(@Nullable List<String> value) {
        return new TurnState(enabled, value, tlsPort, publicAddress, certificate);
    }

    public TurnState withTlsPort(@Nullable Integer value) {
        return new TurnState(enabled, listen, value, publicAddress, certificate);
    }

    public TurnState withPublicAddress(@Nullable String value) {
        return new TurnState(enabled, listen, tlsPort, value, certificate);
    }

    public TurnState withCertificate(NodeState.@Nullable Certificate value) {
        return new TurnState(enabled, listen, tlsPort, publicAddress, value);
    }

    static TurnState read(Config config) {
        return new TurnState(
                config.hasPath("enabled") ? config.getBoolean("enabled") : null,
                config.hasPath("listen") ? config.getStringList("listen") : null,
                config.hasPath("tls-port") ? config.getInt("tls-port") : null,
                config.hasPath("public-address") ? config.getString("public-address") : null,
                NodeState.Certificate.read(config));
    }

    Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        if (enabled != null) {
            values.put("enabled", enabled);
        }
        if (listen != null) {
            values.put("listen", listen);
        }
        if (tlsPort != null) {
            values.put("tls-port", tlsPort);
        }
        if (publicAddress != null) {
            values.put("public-address", publicAddress);
        }
        if (certificate != null) {
            certificate.write(values);
        }
        return values;
    }
}
