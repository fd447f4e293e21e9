package org.trestle.turn.credentials;

import java.time.Instant;

/** Fresh credentials for one who has shown who they are. */
public record Issued(String username, String password, Instant expires, int epoch) {
    @Override
    public String toString() {
        return "Issued[" + username + ", epoch=" + epoch + "]";
    }
}
