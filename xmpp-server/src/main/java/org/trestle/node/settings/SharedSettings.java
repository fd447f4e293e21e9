package org.trestle.node.settings;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;

/**
 * What all nodes of the cluster share beside call bridges and users: the domains, the most sessions of one user, the
 * message of the day. Reads are local; writes fail with {@link org.trestle.cluster.api.ClusterUnavailableException}.
 */
public final class SharedSettings {
    /** Key: domain. */
    public static final String DOMAINS = "domains";

    /** Key: name of the setting. */
    public static final String SETTINGS = "settings";

    private static final String PRIMARY = "domain";
    private static final String MAX_SESSIONS = "max_sessions";
    private static final String MOTD = "motd";
    private static final String REGISTRATION = "registration";
    private static final String CONTACT = "contact.";
    private static final String RESOURCE_CONFLICT = "resource_conflict";

    private final Tables tables;

    public SharedSettings(Tables tables) {
        this.tables = tables;
    }

    /** The one primary domain, which call bridges live under; null until it is set. */
    public @Nullable String domain() {
        return text(PRIMARY);
    }

    /** Makes {@code domain} the primary one; the former one is served no longer. */
    public CompletionStage<Tables.Outcome> domain(String domain) {
        Change.Builder change = Change.of().put(SETTINGS, PRIMARY, utf8(domain));
        String former = domain();
        if (former != null && !former.equals(domain)) {
            change.delete(DOMAINS, former);
        }
        if (tables.get(DOMAINS, domain) == null) {
            change.put(DOMAINS, domain, new HostedDomain(domain, null).encode());
        }
        return tables.commit(change.build());
    }

    /** The names of all domains that are served, ordered. */
    public List<String> domainNames() {
        return tables.rows(DOMAINS).stream().map(Row::key).toList();
    }

    /** Whether people may make accounts themselves (XEP-0077). */
    public boolean registration() {
        return text(REGISTRATION) != null;
    }

    public CompletionStage<Tables.Outcome> registration(boolean open) {
        return open ? put(REGISTRATION, "on") : clear(REGISTRATION);
    }

    /** The addresses of a role (XEP-0157), or none. */
    public List<String> contact(String role) {
        String text = text(CONTACT + role);
        return text == null ? List.of() : List.of(text.split(" "));
    }

    /** Sets the addresses of a role, none of which has a space in it; none removes them. */
    public CompletionStage<Tables.Outcome> contact(String role, List<String> addresses) {
        return addresses.isEmpty() ? clear(CONTACT + role) : put(CONTACT + role, String.join(" ", addresses));
    }

    /** All domains that are served, the primary one among them, ordered by name. */
    public List<HostedDomain> domains() {
        return tables.rows(DOMAINS).stream()
                .map(row -> HostedDomain.decode(row.key(), row.value()))
                .toList();
    }

    public CompletionStage<Tables.Outcome> add(HostedDomain domain) {
        return tables.commit(
                Change.of().put(DOMAINS, domain.name(), domain.encode()).build());
    }

    public CompletionStage<Tables.Outcome> remove(String domain) {
        return tables.commit(Change.of().delete(DOMAINS, domain).build());
    }

    /** The most sessions of one user at once; empty means unlimited. */
    public OptionalInt maxSessions() {
        String text = text(MAX_SESSIONS);
        return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
    }

    public CompletionStage<Tables.Outcome> maxSessions(OptionalInt most) {
        return most.isPresent() ? put(MAX_SESSIONS, Integer.toString(most.getAsInt())) : clear(MAX_SESSIONS);
    }

    /** What a login gets whose resource is taken: {@code replace}, {@code refuse} or {@code rename}. */
    public CompletionStage<Tables.Outcome> resourceConflict(String policy) {
        return put(RESOURCE_CONFLICT, policy);
    }

    /** The message of the day, or null. */
    public @Nullable String motd() {
        return text(MOTD);
    }

    public CompletionStage<Tables.Outcome> motd(@Nullable String message) {
        return message == null ? clear(MOTD) : put(MOTD, message);
    }

    /** Calls {@code changed} after each change, on the thread that applies the log: it must not block. */
    public Subscription watch(Runnable changed) {
        Subscription domains = tables.watch(DOMAINS, (before, after) -> changed.run());
        Subscription settings = tables.watch(SETTINGS, (before, after) -> changed.run());
        return () -> {
            domains.close();
            settings.close();
        };
    }

    private @Nullable String text(String key) {
        Row row = tables.get(SETTINGS, key);
        return row == null ? null : new String(row.value(), StandardCharsets.UTF_8);
    }

    private CompletionStage<Tables.Outcome> put(String key, String value) {
        return tables.commit(Change.of().put(SETTINGS, key, utf8(value)).build());
    }

    private CompletionStage<Tables.Outcome> clear(String key) {
        return tables.commit(Change.of().delete(SETTINGS, key).build());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
