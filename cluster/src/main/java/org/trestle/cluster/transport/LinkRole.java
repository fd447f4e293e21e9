package org.trestle.cluster.transport;

import org.jspecify.annotations.Nullable;

/** What a link is for, said in the greeting of the node that dialled it; the number is what travels. */
enum LinkRole {
    /** The dialling node's requests, and the answers to them. */
    REQUESTS(1),
    /** One-way messages of one event loop of the dialling node. */
    TELLS(2);

    private final int code;

    LinkRole(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static @Nullable LinkRole of(int code) {
        return code == 1 ? REQUESTS : code == 2 ? TELLS : null;
    }
}
