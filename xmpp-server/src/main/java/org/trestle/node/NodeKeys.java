package org.trestle.node;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.Expiry;
import org.trestle.node.pki.FileArea;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.SelfSigned;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerIdentity.Source;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.settings.HostedDomain;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;

/**
 * Which certificate the node shows: what {@code xmpp certs} installed, else what the configuration names, else its own
 * self-signed one; and for a domain that brought its own, that.
 */
final class NodeKeys {
    private static final Logger log = LoggerFactory.getLogger(NodeKeys.class);

    private final NodeConfig config;
    private final FileArea files;
    private final SharedSettings settings;
    private final SelfSigned selfSigned;
    private final Supplier<Instant> clock;
    private final ServerKeys keys;
    private final Expiry expiry = new Expiry();
    private volatile ServerIdentity own;

    NodeKeys(NodeConfig config, FileArea files, SharedSettings settings, NodeState state, Supplier<Instant> clock)
            throws PkiException {
        this.config = config;
        this.files = files;
        this.settings = settings;
        this.clock = clock;
        this.selfSigned = new SelfSigned(config.data(), new SecureRandom());
        this.own = own(state);
        this.keys = new ServerKeys(own);
        reload(state);
    }

    /** What TLS chooses from. */
    ServerKeys keys() {
        return keys;
    }

    /** The node's own identity. */
    ServerIdentity own() {
        return own;
    }

    /**
     * Reads all certificates again, and warns of those that end soon; fails, with all as before, when the node's own cannot
     * be used.
     */
    void reload(NodeState state) throws PkiException {
        ServerIdentity fresh = own(state);
        Map<String, ServerIdentity> byDomain = new HashMap<>();
        for (HostedDomain domain : settings.domains()) {
            HostedDomain.Identity identity = domain.identity();
            if (identity != null) {
                try {
                    byDomain.put(domain.name(), hosted(identity));
                } catch (PkiException unusable) {
                    log.warn(
                            "the certificate of the domain {} cannot be used, the node's own serves it: {}",
                            domain.name(),
                            unusable.getMessage());
                }
            }
        }
        own = fresh;
        keys.replace(fresh, byDomain);
        expiry.due(fresh, byDomain, clock.get()).forEach(warning -> log.warn("{}", warning));
    }

    private static ServerIdentity hosted(HostedDomain.Identity identity) throws PkiException {
        HostedDomain.NamedPem bundle = identity.bundle();
        return ServerIdentity.of(
                source(identity.key()), source(identity.certificate()), bundle == null ? null : source(bundle));
    }

    private static Source source(HostedDomain.NamedPem file) {
        return new Source(file.name(), file.pem().getBytes(StandardCharsets.UTF_8));
    }

    private ServerIdentity own(NodeState state) throws PkiException {
        NodeState.Certificate installed = state.certificate();
        if (installed != null) {
            return installed(files, installed);
        }
        ServerIdentity configured = configured(config.tls());
        if (configured != null) {
            return configured;
        }
        return selfSigned.identity(names(), clock.get());
    }

    /** What a console command installed. */
    static ServerIdentity installed(FileArea files, NodeState.Certificate installed) throws PkiException {
        String bundle = installed.bundle();
        return ServerIdentity.of(
                new Source(installed.key(), files.read(installed.key())),
                new Source(installed.certificate(), files.read(installed.certificate())),
                bundle == null ? null : new Source(bundle, files.read(bundle)));
    }

    /** What the configuration names; null when it names nothing. */
    static @Nullable ServerIdentity configured(NodeConfig.Tls tls) throws PkiException {
        if (tls.key() == null || tls.certificate() == null) {
            return null;
        }
        return ServerIdentity.of(
                Source.of(tls.key()),
                Source.of(tls.certificate()),
                tls.bundle() == null ? null : Source.of(tls.bundle()));
    }

    /** The names of the self-signed certificate: the domains, then how this node is reached. */
    private List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        @Nullable String domain = settings.domain() == null ? config.domain() : settings.domain();
        if (domain != null) {
            names.add(domain);
        }
        settings.domains().forEach(served -> names.add(served.name()));
        names.add(config.node().client().host());
        return List.copyOf(names);
    }
}
