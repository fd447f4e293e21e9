package org.trestle.auth.callbridge;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Subscription;

/**
 * The call bridges of the cluster: one name and one secret each, known to all nodes at once. Names have no domain part
 * ({@code cb1}, not {@code cb1.example.com}) and are compared without regard to case. Stages fail with {@link
 * CallBridgeException} or with {@link org.trestle.cluster.api.ClusterUnavailableException}. Any thread.
 */
public interface CallBridges {

    /**
     * Checks a handshake (XEP-0114 section 3): {@code digestHex} must be the SHA-1, in hexadecimal digits, of the stream id
     * followed by the secret. Answers at once from this node's copy of the state.
     *
     * @param name the call bridge's name without a domain part
     */
    Verdict check(String name, String streamId, String digestHex);

    /** Adds a call bridge with a secret made here; fails when there is one of that name. */
    CompletionStage<CallBridge> add(String name);

    /** Adds a call bridge with a secret that exists already; the same one again changes nothing, another one fails. */
    CompletionStage<CallBridge> addSecret(String name, Secret secret);

    /** Revokes a call bridge; fails when there is none of that name. */
    CompletionStage<Void> del(String name);

    /**
     * Lets a call bridge manage accounts (XEP-0133), or no longer; fails when there is none of that name. What is granted goes
     * with the call bridge.
     */
    CompletionStage<Void> grant(String name, boolean granted);

    /** Whether the call bridge of this name may manage accounts. */
    boolean isGranted(String name);

    /** All of them, ordered by name. */
    List<CallBridge> list();

    @Nullable
    CallBridge find(String name);

    /**
     * Tells the name of each call bridge that was deleted, or whose secret was replaced, so that its connections can be
     * closed; called on the thread that applies the log, and must not block.
     */
    Subscription onRevoked(Consumer<String> listener);
}
