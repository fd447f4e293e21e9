package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.session.SessionId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.HeartbeatRequest;
import io.atomix.protocols.raft.protocol.HeartbeatResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.MetadataRequest;
import io.atomix.protocols.raft.protocol.MetadataResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.PublishRequest;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.ResetRequest;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What Atomix sends. Nothing is registered here: {@link RaftDoor} hands every message that arrives to the role itself,
 * so that guards stand between the two. Sessions publish no events, so there is nothing to publish or to reset.
 */
final class RaftNet implements RaftServerProtocol {
    private final Sender sender;

    /** Sends one message; the answer is of the class that Atomix expects. */
    interface Sender {
        <T> CompletableFuture<T> send(MemberId to, Object message, Class<T> answer);
    }

    RaftNet(Sender sender) {
        this.sender = sender;
    }

    @Override
    public CompletableFuture<OpenSessionResponse> openSession(MemberId to, OpenSessionRequest request) {
        return sender.send(to, request, OpenSessionResponse.class);
    }

    @Override
    public CompletableFuture<CloseSessionResponse> closeSession(MemberId to, CloseSessionRequest request) {
        return sender.send(to, request, CloseSessionResponse.class);
    }

    @Override
    public CompletableFuture<KeepAliveResponse> keepAlive(MemberId to, KeepAliveRequest request) {
        return sender.send(to, request, KeepAliveResponse.class);
    }

    @Override
    public CompletableFuture<QueryResponse> query(MemberId to, QueryRequest request) {
        return sender.send(to, request, QueryResponse.class);
    }

    @Override
    public CompletableFuture<CommandResponse> command(MemberId to, CommandRequest request) {
        return sender.send(to, request, CommandResponse.class);
    }

    @Override
    public CompletableFuture<MetadataResponse> metadata(MemberId to, MetadataRequest request) {
        return sender.send(to, request, MetadataResponse.class);
    }

    @Override
    public CompletableFuture<JoinResponse> join(MemberId to, JoinRequest request) {
        return sender.send(to, request, JoinResponse.class);
    }

    @Override
    public CompletableFuture<LeaveResponse> leave(MemberId to, LeaveRequest request) {
        return sender.send(to, request, LeaveResponse.class);
    }

    @Override
    public CompletableFuture<ConfigureResponse> configure(MemberId to, ConfigureRequest request) {
        return sender.send(to, request, ConfigureResponse.class);
    }

    @Override
    public CompletableFuture<ReconfigureResponse> reconfigure(MemberId to, ReconfigureRequest request) {
        return sender.send(to, request, ReconfigureResponse.class);
    }

    @Override
    public CompletableFuture<InstallResponse> install(MemberId to, InstallRequest request) {
        return sender.send(to, request, InstallResponse.class);
    }

    @Override
    public CompletableFuture<TransferResponse> transfer(MemberId to, TransferRequest request) {
        return sender.send(to, request, TransferResponse.class);
    }

    @Override
    public CompletableFuture<PollResponse> poll(MemberId to, PollRequest request) {
        return sender.send(to, request, PollResponse.class);
    }

    @Override
    public CompletableFuture<VoteResponse> vote(MemberId to, VoteRequest request) {
        return sender.send(to, request, VoteResponse.class);
    }

    @Override
    public CompletableFuture<AppendResponse> append(MemberId to, AppendRequest request) {
        return sender.send(to, request, AppendResponse.class);
    }

    @Override
    public CompletableFuture<HeartbeatResponse> heartbeat(MemberId to, HeartbeatRequest request) {
        return sender.send(to, request, HeartbeatResponse.class);
    }

    @Override
    public void publish(MemberId to, PublishRequest request) {}

    @Override
    public void registerOpenSessionHandler(
            Function<OpenSessionRequest, CompletableFuture<OpenSessionResponse>> handler) {}

    @Override
    public void unregisterOpenSessionHandler() {}

    @Override
    public void registerCloseSessionHandler(
            Function<CloseSessionRequest, CompletableFuture<CloseSessionResponse>> handler) {}

    @Override
    public void unregisterCloseSessionHandler() {}

    @Override
    public void registerKeepAliveHandler(Function<KeepAliveRequest, CompletableFuture<KeepAliveResponse>> handler) {}

    @Override
    public void unregisterKeepAliveHandler() {}

    @Override
    public void registerQueryHandler(Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {}

    @Override
    public void unregisterQueryHandler() {}

    @Override
    public void registerCommandHandler(Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {}

    @Override
    public void unregisterCommandHandler() {}

    @Override
    public void registerMetadataHandler(Function<MetadataRequest, CompletableFuture<MetadataResponse>> handler) {}

    @Override
    public void unregisterMetadataHandler() {}

    @Override
    public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {}

    @Override
    public void unregisterJoinHandler() {}

    @Override
    public void registerLeaveHandler(Function<LeaveRequest, CompletableFuture<LeaveResponse>> handler) {}

    @Override
    public void unregisterLeaveHandler() {}

    @Override
    public void registerTransferHandler(Function<TransferRequest, CompletableFuture<TransferResponse>> handler) {}

    @Override
    public void unregisterTransferHandler() {}

    @Override
    public void registerConfigureHandler(Function<ConfigureRequest, CompletableFuture<ConfigureResponse>> handler) {}

    @Override
    public void unregisterConfigureHandler() {}

    @Override
    public void registerReconfigureHandler(
            Function<ReconfigureRequest, CompletableFuture<ReconfigureResponse>> handler) {}

    @Override
    public void unregisterReconfigureHandler() {}

    @Override
    public void registerInstallHandler(Function<InstallRequest, CompletableFuture<InstallResponse>> handler) {}

    @Override
    public void unregisterInstallHandler() {}

    @Override
    public void registerPollHandler(Function<PollRequest, CompletableFuture<PollResponse>> handler) {}

    @Override
    public void unregisterPollHandler() {}

    @Override
    public void registerVoteHandler(Function<VoteRequest, CompletableFuture<VoteResponse>> handler) {}

    @Override
    public void unregisterVoteHandler() {}

    @Override
    public void registerAppendHandler(Function<AppendRequest, CompletableFuture<AppendResponse>> handler) {}

    @Override
    public void unregisterAppendHandler() {}

    @Override
    public void registerResetListener(SessionId session, Consumer<ResetRequest> listener, Executor executor) {}

    @Override
    public void unregisterResetListener(SessionId session) {}
}
