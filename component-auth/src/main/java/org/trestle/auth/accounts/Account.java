package org.trestle.auth.accounts;

/**
 * An account as a list shows it.
 *
 * @param jid the bare Jid, normalised
 * @param admin whether it may administer the server
 * @param standing whether it may be used, and how long
 */
public record Account(String jid, boolean admin, Standing standing) {

    /** An account that may be used, without an end. */
    public Account(String jid, boolean admin) {
        this(jid, admin, Standing.ORDINARY);
    }
}
