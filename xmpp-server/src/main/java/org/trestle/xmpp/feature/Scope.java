package org.trestle.xmpp.feature;

/** Whose requests a handler gets. */
public enum Scope {
    /** Those to a local domain. */
    SERVER,
    /** Those to an account, from its own resources; from others the account does not exist. */
    ACCOUNT
}
