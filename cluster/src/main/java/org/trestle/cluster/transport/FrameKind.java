package org.trestle.cluster.transport;

import org.jspecify.annotations.Nullable;

/** What a frame is; the number is what travels. */
enum FrameKind {
    /** The first frame of each side: which protocol, and what the link is for. */
    HELLO(1),
    REQUEST(2),
    RESPONSE(3),
    /** Instead of a response: the message in UTF-8. */
    FAILURE(4),
    /** A one-way message. */
    TELL(5);

    private static final FrameKind[] KINDS = values();
    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static @Nullable FrameKind of(int code) {
        return code >= 1 && code <= KINDS.length ? KINDS[code - 1] : null;
    }
}
