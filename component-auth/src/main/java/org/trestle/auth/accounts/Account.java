package org.trestle.auth.accounts;

/**
 * An account as a list shows it.
 *
 * @param jid the bare Jid, normalised
 * @param admin whether it may administer the server
 */
public record Account(String jid, boolean admin) {}
