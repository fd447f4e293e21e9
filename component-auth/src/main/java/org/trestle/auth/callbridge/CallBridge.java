package org.trestle.auth.callbridge;

/**
 * A call bridge that may connect.
 *
 * @param name lower case, without a domain part
 * @param secret what it proves its identity with
 * @param fingerprint of the secret, to compare by eye: the same on every node of one cluster
 */
public record CallBridge(String name, Secret secret, String fingerprint) {}
