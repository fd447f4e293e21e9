package org.trestle.turn.probe;

/** What the probe shows relays. */
public record ProbeLogin(String username, String password) {
    @Override
    public String toString() {
        return "ProbeLogin[" + username + "]";
    }
}
