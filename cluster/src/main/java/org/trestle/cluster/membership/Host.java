package org.trestle.cluster.membership;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.log.LogEngine;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.time.Timers;

/** What the procedures ask of the node that runs them. */
public interface Host {

    /** The data directory, in which {@code cluster} is the present life of this node. */
    Path data();

    /** The id of the present life. */
    NodeId self();

    /** The fingerprint of the present life's authority. */
    String authority();

    String name();

    NodeAddress cluster();

    NodeAddress client();

    ClusterStatus status();

    Tables tables();

    /** The names of all tables that have a row. */
    Set<String> tableNames();

    /** The log of the present life; its calls fail while there is none. */
    ReplicatedLog log();

    Timers timers();

    SecureRandom random();

    /** Where files are read and written: one task at a time, and it may block. */
    Executor files();

    /** Asks a member, as a member. */
    CompletionStage<byte[]> ask(NodeId member, String subject, byte[] body);

    /** Forgets a node in the replicated state, and ends what it has. */
    CompletionStage<Void> forget(NodeId node);

    /** Completes when this node serves; fails when it does not after {@code patience}. */
    CompletionStage<Void> serving(Duration patience);

    /** Fences this node, stops the present life and forgets its state; done already: completes. */
    CompletionStage<Void> stop();

    /** Begins a life with what lies in {@code data/cluster}. */
    CompletionStage<Void> start(LogEngine.Start how);

    /** Members of the present life's log, this node left out. */
    Collection<NodeId> others();

    /** What the operator must know, shown with every status; null when there is nothing. */
    void notice(@Nullable String words);
}
