package org.trestle.node;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.function.ToDoubleFunction;
import org.trestle.auth.attempts.Attempts;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.sasl.AccountMechanisms;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.auth.scram.Credentials;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.node.config.NodeConfig;

/** How people log in on this node: the mechanisms, their limits, and what is counted of both. */
final class Logins {
    private Logins() {}

    static SaslMechanisms mechanisms(
            NodeConfig.Clients clients,
            Credentials credentials,
            KeyDerivation derivation,
            ClusterKey clusterKey,
            MeterRegistry metrics) {
        Attempts attempts = new Attempts(clients.attempts(), System::nanoTime);
        refused(metrics, attempts, "address", Attempts::refusedAddresses);
        refused(metrics, attempts, "account", Attempts::refusedAccounts);
        FunctionCounter.builder("xmpp.login.forgotten", attempts, Attempts::forgotten)
                .register(metrics);
        FunctionCounter.builder("xmpp.login.busy", derivation, KeyDerivation::refused)
                .register(metrics);
        return new AccountMechanisms(credentials, derivation, clusterKey, attempts, new SecureRandom());
    }

    private static void refused(
            MeterRegistry metrics, Attempts attempts, String limit, ToDoubleFunction<Attempts> count) {
        FunctionCounter.builder("xmpp.login.refused", attempts, count)
                .tag("limit", limit)
                .register(metrics);
    }
}
