package org.trestle.cluster.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The operator's commands on the cluster's membership. Each is idempotent and goes on where it stopped when it is
 * called again after a crash at any step. Failures are {@link MembershipException}, whose message says what to do next.
 * {@code progress} is told each step in words as it begins.
 */
public interface Membership {

    /**
     * An invitation in one string.
     *
     * @param token what the operator copies: the id and secret of the invitation and the fingerprint of the cluster's CA
     */
    record Invitation(String token, Instant expires) {
        @Override
        public String toString() {
            return "Invitation[expires=" + expires + "]";
        }
    }

    /** A node that was removed, as the members remember it: the latest ones only. */
    record Former(NodeId id, String name, Instant removed) {}

    /** Turns a stand-alone node into the first member of a cluster; done already: completes. */
    CompletionStage<Void> initialize(Consumer<String> progress);

    /** A token with which one node may join while it is valid; kept in the replicated state as a hash. */
    CompletionStage<Invitation> invite(Duration validity);

    /**
     * Joins the cluster of which {@code member} is any member; completes only when this node votes. Refused when the
     * result would be two voters, unless forced. An empty token uses the identity that {@link #trust} installed.
     */
    CompletionStage<Void> join(NodeAddress member, String token, boolean force, Consumer<String> progress);

    /** This node leaves: the others forget it, its data of the cluster is dropped, and it runs stand-alone afterwards. */
    CompletionStage<Void> leave(boolean force, Consumer<String> progress);

    /** Removes another member, which must be down unless forced; one that was removed already is nothing to refuse. */
    CompletionStage<Void> remove(NodeId node, boolean force, Consumer<String> progress);

    /** The nodes that were removed and are still remembered, the latest first. */
    List<Former> former();

    /** Installs a bundle of certificates (PEM) whose holders may join without a token, and be joined. */
    CompletionStage<Void> trust(String bundle);
}
