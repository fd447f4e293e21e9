package org.trestle.xmpp.feature.admin;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/** Texts that all nodes share: the message of the day, which sessions get, and the welcome. */
record Notices(Tables tables) {
    static final String MOTD = "motd";
    static final String WELCOME = "welcome";

    /** The most characters of one. */
    static final int MOST = 2_000;

    private static final String SETTINGS = "settings";

    @Nullable
    String get(String name) {
        Row row = tables.get(SETTINGS, name);
        return row == null ? null : new String(row.value(), StandardCharsets.UTF_8);
    }

    CompletionStage<Tables.Outcome> set(String name, @Nullable String text) {
        Change.Builder change = Change.of();
        return tables.commit((text == null
                        ? change.delete(SETTINGS, name)
                        : change.put(SETTINGS, name, text.getBytes(StandardCharsets.UTF_8)))
                .build());
    }
}
