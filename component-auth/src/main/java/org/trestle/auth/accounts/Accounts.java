package org.trestle.auth.accounts;

import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.trestle.cluster.api.Subscription;

/**
 * The accounts of the cluster, by bare Jid. Stages fail with {@link AccountException} or with {@link
 * org.trestle.cluster.api.ClusterUnavailableException}. Any thread.
 */
public interface Accounts {

    /**
     * What the name of a table begins with that holds what belongs to accounts. Each of its keys is a bare Jid, or a bare
     * Jid, a slash, and anything. When an account is deleted its rows in all these tables go in the same change; whoever
     * keeps more of it elsewhere listens with {@link #onDeleted}.
     */
    String BELONGINGS = "of-account.";

    /** Adds an account; fails when it exists, or when the Jid or the password is not valid. */
    CompletionStage<Account> add(String jid, String password, boolean admin);

    /** Adds a guest's account: one that is deleted, with all that belongs to it, when {@code expiry} comes. */
    CompletionStage<Account> addGuest(String jid, String password, Instant expiry);

    /** Ends an account at this moment, which may be the present one, as if it had been a guest's from the beginning. */
    CompletionStage<Void> endAt(String jid, Instant expiry);

    /** Lets an account log in, or no longer; who is logged in stays so. */
    CompletionStage<Void> enable(String jid, boolean enabled);

    /** Whether an account may be used, and how long; that of an ordinary one also when there is none of this Jid. */
    Standing standing(String jid);

    /** Whether there is an account of this bare Jid that may administer the server, and is not disabled. */
    boolean isAdmin(String jid);

    /** Replaces the password of an account that exists. */
    CompletionStage<Void> passwd(String jid, String password);

    /** Makes an account an administrator, or an administrator an ordinary account. */
    CompletionStage<Void> admin(String jid, boolean admin);

    /** Deletes an account with all that belongs to it. */
    CompletionStage<Void> del(String jid);

    /** All accounts, ordered by Jid. */
    List<Account> list();

    /** Whether there is an account of this bare Jid. */
    boolean exists(String jid);

    /**
     * Adds or updates accounts from lines {@code jid,password} in UTF-8 (RFC 4180 quoting; a heading is optional). Lines
     * that are wrong are reported and left out, all others are written; an account that exists keeps its role and gets the
     * password, unless it has it already. So a run can be repeated. The caller closes the stream.
     *
     * @param csv read on the calling thread, which therefore must not be an event loop
     * @param progress told after every batch
     */
    CompletionStage<ImportReport> importAll(InputStream csv, Consumer<ImportReport> progress);

    /** Tells the bare Jid of each account that was deleted; on the thread that applies the log, and must not block. */
    Subscription onDeleted(Consumer<String> listener);
}
