package org.trestle.node.command;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.accounts.ServedDomains;
import org.trestle.auth.accounts.TableAccounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.auth.callbridge.TableCallBridges;
import org.trestle.auth.keys.ClusterKey;
import org.trestle.auth.scram.KeyDerivation;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Membership;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeBus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.api.StateFingerprint;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.sim.LocalTables;
import org.trestle.node.pki.FileArea;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;
import org.trestle.node.turn.TurnTables;

/** A node of one process: real tables, accounts and call bridges; membership that only tells what was asked of it. */
final class FakeNode implements NodeControl, Membership {
    static final NodeId SELF = new NodeId("1f00000000000001");
    static final NodeId SECOND = new NodeId("2f00000000000002");
    static final NodeId GONE = new NodeId("4f00000000000004");
    static final NodeId THIRD = new NodeId("3f00000000000003");

    private final LocalTables tables = new LocalTables();
    private final SecureRandom random = new CountingRandom();
    private final CallBridges callBridges = new TableCallBridges(tables, new ClusterKey(tables, random), random);
    private final Accounts accounts = new TableAccounts(
            tables,
            new KeyDerivation(random, 1, 16),
            InstantSource.system(),
            ServedDomains.only(new SharedSettings(tables)::domainNames));
    private final FileArea files;
    private NodeState state = NodeState.NEW;
    final FakeTurn turn = new FakeTurn(new TurnTables(tables, random), () -> state());
    ClusterStatus status = alone();

    FakeNode(Path data) throws IOException {
        files = FileArea.in(data);
    }

    static ClusterStatus alone() {
        return new ClusterStatus(
                SELF,
                false,
                Role.LEADER,
                1,
                SELF,
                Duration.ofSeconds(243),
                Instant.parse("2026-11-21T15:30:00.5Z"),
                7,
                List.of(peer(SELF, 1, true, Duration.ZERO)));
    }

    static ClusterStatus removed() {
        ClusterStatus before = three(Role.NO_QUORUM, SECOND, false);
        return new ClusterStatus(
                before.self(),
                true,
                before.role(),
                before.term(),
                null,
                before.sinceLeaderChange(),
                before.lastLeaderChange(),
                before.commitIndex(),
                before.peers(),
                "this node was removed from its cluster");
    }

    static ClusterStatus three(Role role, NodeId leader, boolean others) {
        return new ClusterStatus(
                SELF,
                true,
                role,
                4,
                role == Role.NO_QUORUM ? null : leader,
                Duration.ofSeconds(243),
                Instant.parse("2026-11-21T15:30:00.5Z"),
                1234,
                List.of(
                        peer(SELF, 1, true, Duration.ZERO),
                        peer(SECOND, 2, others, Duration.ofMillis(others ? 20 : 7_400)),
                        peer(THIRD, 3, false, Duration.ofSeconds(93))));
    }

    private static ClusterStatus.Peer peer(NodeId id, int number, boolean up, Duration heard) {
        String host = "10.61.7." + number;
        return new ClusterStatus.Peer(
                id, "xmpp" + number, new NodeAddress(host, 5290), new NodeAddress(host, 5222), true, up, heard);
    }

    /** Counts up instead of surprising: the same secrets in each run. */
    private static final class CountingRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private int next;

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) next++;
            }
        }

        @Override
        public int nextInt(int bound) {
            return next++ % bound;
        }
    }

    private final class FakeCluster implements Cluster {
        @Override
        public NodeId self() {
            return SELF;
        }

        @Override
        public Tables tables() {
            return tables;
        }

        @Override
        public Directory directory() {
            throw new UnsupportedOperationException();
        }

        @Override
        public NodeBus bus() {
            throw new UnsupportedOperationException();
        }

        @Override
        public StateFingerprint fingerprint() {
            return new StateFingerprint(40, "3b".repeat(32));
        }

        @Override
        public ClusterStatus status() {
            return status;
        }

        @Override
        public boolean serving() {
            return true;
        }

        @Override
        public Subscription onServing(Consumer<Boolean> listener) {
            listener.accept(true);
            return () -> {};
        }
    }

    @Override
    public Cluster cluster() {
        return new FakeCluster();
    }

    @Override
    public Membership membership() {
        return this;
    }

    @Override
    public CallBridges callBridges() {
        return callBridges;
    }

    @Override
    public Accounts accounts() {
        return accounts;
    }

    @Override
    public SharedSettings settings() {
        return new SharedSettings(tables);
    }

    @Override
    public FileArea files() {
        return files;
    }

    @Override
    public TurnControl turn() {
        return turn;
    }

    @Override
    public NodeState state() {
        return state;
    }

    @Override
    public void change(NodeState after) {
        state = after;
    }

    @Override
    public void drain(@Nullable String host) {}

    @Override
    public void restart() {}

    @Override
    public int maxSessions() {
        return 50;
    }

    @Override
    public Serving serving() {
        NodeState.Certificate certificate = state.certificate();
        return new Serving(
                state.enabled(),
                state.enabled() ? "XMPP server running" : "XMPP server not running (disabled)",
                state.listen().isEmpty() ? List.of("0.0.0.0") : state.listen(),
                certificate == null ? "self.key" : certificate.key(),
                certificate == null ? "self.crt" : certificate.certificate(),
                certificate == null ? null : certificate.bundle());
    }

    @Override
    public CompletionStage<Void> initialize(Consumer<String> progress) {
        if (status.clustered()) {
            progress.accept("this node is a member of a cluster already");
            return CompletableFuture.completedFuture(null);
        }
        progress.accept("making the cluster's certificate authority");
        status = new ClusterStatus(
                SELF,
                true,
                Role.LEADER,
                1,
                SELF,
                Duration.ofMillis(1500),
                Instant.parse("2026-11-21T15:30:00.5Z"),
                9,
                List.of(peer(SELF, 1, true, Duration.ZERO)));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Invitation> invite(Duration validity) {
        return CompletableFuture.completedFuture(new Invitation(
                "tr1-token", Instant.parse("2026-11-21T15:30:00Z").plus(validity)));
    }

    @Override
    public CompletionStage<Void> join(NodeAddress member, String token, boolean force, Consumer<String> progress) {
        progress.accept("asking " + member);
        if (!force) {
            return CompletableFuture.failedFuture(new MembershipException(
                    "two voting nodes are worse than one: either failing stops both. Join a third right after this one and "
                            + "say --force"));
        }
        status = three(Role.FOLLOWER, SECOND, true);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> leave(boolean force, Consumer<String> progress) {
        progress.accept("leaving");
        status = alone();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Former> former() {
        return List.of(new Former(GONE, "xmpp4", Instant.parse("2026-11-20T08:00:00Z")));
    }

    @Override
    public CompletionStage<Void> remove(NodeId node, boolean force, Consumer<String> progress) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> trust(String bundle) {
        return CompletableFuture.completedFuture(null);
    }
}
