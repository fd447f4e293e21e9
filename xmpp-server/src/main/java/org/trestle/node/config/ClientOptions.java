package org.trestle.node.config;

import java.time.Duration;
import java.util.Locale;
import org.trestle.auth.attempts.AttemptLimits;
import org.trestle.auth.attempts.Budget;
import org.trestle.auth.cert.NameSource;

/** Reads what is asked of clients: {@code trestle.clients} and the limits of their logins. */
final class ClientOptions {
    private static final int MANY = 1_000_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private ClientOptions() {}

    static NodeConfig.Clients read(Options options) throws ConfigurationException {
        return new NodeConfig.Clients(
                options.flag("trestle.clients.plain-on-loopback"),
                attempts(options),
                options.pathOrNull("trestle.clients.certificate-authorities"),
                options.list(
                        "trestle.clients.certificate-names",
                        "a list of xmpp-addr, email, dns and common-name",
                        ClientOptions::source));
    }

    private static AttemptLimits attempts(Options options) throws ConfigurationException {
        return new AttemptLimits(
                budget(options, "per-address"),
                budget(options, "per-account-and-address"),
                budget(options, "per-account"),
                options.count("trestle.limits.failed-logins.remembered", 1000, MANY));
    }

    private static NameSource source(String word) {
        return NameSource.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Budget budget(Options options, String name) throws ConfigurationException {
        String path = "trestle.limits.failed-logins." + name;
        return new Budget(options.count(path, 1, MANY), options.duration(path + "-recovery", SHORTEST, LONGEST));
    }
}
