package org.trestle.turn.journal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.relay.Refusal;

/**
 * Refusals of one cause to one client address, as the operator reads them.
 *
 * @param address the client's, without its port
 * @param username the last one, made printable; null when none was given
 * @param detail of the last one
 * @param count since {@code first}
 */
public record RefusalLine(
        Refusal cause,
        String address,
        @Nullable String username,
        String detail,
        long count,
        Instant first,
        Instant last) {}
