package org.trestle.xmpp.session;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/** What the operator has set for the sessions of the whole cluster. Any thread. */
final class SessionSettings {
    private final Tables tables;
    private final SessionLimits limits;

    SessionSettings(Tables tables, SessionLimits limits) {
        this.tables = tables;
        this.limits = limits;
    }

    /** What {@code xmpp max_sessions} set for the cluster, else what this node allows. */
    int mostSessions() {
        String set = setting("max_sessions");
        return set == null ? limits.maxSessions() : Integer.parseInt(set);
    }

    /** What {@code xmpp motd add} set, or null. */
    @Nullable
    String messageOfTheDay() {
        return setting("motd");
    }

    /** What {@code xmpp resource_conflict} set, else that the newer session gets the resource. */
    ConflictPolicy conflicts() {
        ConflictPolicy set = ConflictPolicy.of(setting(ConflictPolicy.SETTING));
        return set == null ? ConflictPolicy.REPLACE : set;
    }

    private @Nullable String setting(String name) {
        Row row = tables.get("settings", name);
        return row == null ? null : new String(row.value(), StandardCharsets.UTF_8);
    }
}
