package org.trestle.xmpp.feature;

/** Whose requests a handler gets. */
public enum Scope {
    /** Those to a local domain. */
    SERVER,
    /** Those to an account, from its own resources. */
    ACCOUNT,
    /** Those to an account from somebody who is subscribed to its presence. */
    SUBSCRIBER,
    /** Those to an account from anybody else, for whom it does not exist: the answer must be the same when there is none. */
    STRANGER
}
