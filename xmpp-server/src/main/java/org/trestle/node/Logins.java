package org.trestle.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.cert.ClientCertificates;
import org.trestle.auth.sasl.AccountMechanisms;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.Pem;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.ServerIdentity;

/** How people log in on this node: the mechanisms, their limits, and what is counted of both. */
final class Logins {
    private Logins() {}

    /** Those whose certificates clients may log in with; empty when the configuration names none. */
    static List<X509Certificate> authorities(NodeConfig.Clients clients) throws PkiException {
        Path file = clients.authorities();
        if (file == null) {
            return List.of();
        }
        ServerIdentity.Source source = ServerIdentity.Source.of(file);
        return Pem.certificates(source.name(), source.pem());
    }

    static SaslMechanisms mechanisms(
            NodeConfig.Clients clients,
            List<X509Certificate> authorities,
            AccountMechanisms.Keys keys,
            MeterRegistry metrics) {
        Attempts attempts = new Attempts(clients.attempts(), System::nanoTime);
        refused(metrics, attempts, "address", Attempts::refusedAddresses);
        refused(metrics, attempts, "account", Attempts::refusedAccounts);
        FunctionCounter.builder("xmpp.login.forgotten", attempts, Attempts::forgotten)
                .register(metrics);
        FunctionCounter.builder("xmpp.login.busy", keys.derivation(), KeyDerivation::refused)
                .register(metrics);
        ClientCertificates certificates = new ClientCertificates(authorities, clients.certificateNames(), Instant::now);
        return new AccountMechanisms(keys, certificates, attempts, new SecureRandom());
    }

    private static void refused(
            MeterRegistry metrics, Attempts attempts, String limit, ToDoubleFunction<Attempts> count) {
        FunctionCounter.builder("xmpp.login.refused", attempts, count)
                .tag("limit", limit)
                .register(metrics);
    }
}
