package org.trestle.node;

import io.netty.util.NetUtil;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;

/** Key and certificate of the relay on this node: what was installed, else what is configured, else the node's own. */
final class TurnIdentity {
    private final TurnConfig config;
    private final FileArea files;
    private final Supplier<ServerIdentity> fallback;
    private final ServerKeys keys;
    private volatile ServerIdentity identity;

    TurnIdentity(TurnConfig config, FileArea files, Supplier<ServerIdentity> fallback, TurnState state)
            throws PkiException {
        this.config = config;
        this.files = files;
        this.fallback = fallback;
        this.identity = of(state);
        this.keys = new ServerKeys(identity);
    }

    private ServerIdentity of(TurnState state) throws PkiException {
        NodeState.Certificate installed = state.certificate();
        if (installed != null) {
            return NodeKeys.installed(files, installed);
        }
        ServerIdentity configured = NodeKeys.configured(config.tls());
        return configured == null ? fallback.get() : configured;
    }

    /** Takes what {@code state} names into use, from the next handshake on; refuses what does not fit together. */
    void load(TurnState state) throws ConsoleException {
        try {
            identity = of(state);
            keys.replace(identity, Map.of());
        } catch (PkiException unusable) {
            throw new ConsoleException(unusable.getMessage() + "; nothing was changed", unusable);
        }
    }

    /** Chooses for each handshake what is in use at that moment. */
    KeyManager keys() {
        return keys;
    }

    /** The first name of the certificate that is the name of one host; empty when it has none. */
    String name() {
        return Certificates.names(identity.chain().get(0)).stream()
                .filter(name -> !name.startsWith("*") && NetUtil.createByteArrayFromIpAddressString(name) == null)
                .findFirst()
                .orElse("");
    }

    /** What is in use now. */
    ServerIdentity now() {
        return identity;
    }
}
