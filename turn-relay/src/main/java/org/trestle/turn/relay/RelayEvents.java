package org.trestle.turn.relay;

import org.jspecify.annotations.Nullable;

/** What a relay tells of its work, for logs and usage. Called on the loop: must not wait. Packets are not events. */
public interface RelayEvents {

    void opened(AllocationView allocation);

    /** @param why in words, for example {@code the client ended it} */
    void closed(AllocationView allocation, String why);

    /**
     * A request was refused.
     *
     * @param username as the client gave it, any characters; null if it gave none
     * @param detail what is special about this case, for example {@code expired 3 h ago}; may be empty
     */
    void refused(FiveTuple client, @Nullable String username, Refusal reason, String detail);

    /** Tells nobody. */
    RelayEvents NONE = new RelayEvents() {
        @Override
        public void opened(AllocationView allocation) {}

        @Override
        public void closed(AllocationView allocation, String why) {}

        @Override
        public void refused(FiveTuple client, @Nullable String username, Refusal reason, String detail) {}
    };
}
