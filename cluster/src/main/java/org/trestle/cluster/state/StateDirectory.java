package org.trestle.cluster.state;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.ReplicatedLog;
import org.trestle.cluster.state.Reply.Status;

/**
 * The session directory as the rest of a node sees it. What breaks one of the {@link Limits} is refused with
 * {@link IllegalArgumentException} before it is sent.
 */
public final class StateDirectory implements Directory {
    private static final Logger log = LoggerFactory.getLogger(StateDirectory.class);

    private final ClusterState state;
    private final Submission submission;
    private final Supplier<NodeId> self;
    private final AppliedBoard board;
    private final GivenUp givenUp = new GivenUp();

    /** {@code log} and {@code self} are asked at each write, for a node that joins or leaves changes both. */
    public StateDirectory(ClusterState state, Supplier<ReplicatedLog> log, Supplier<NodeId> self, AppliedBoard board) {
        this.state = state;
        this.submission = new Submission(log);
        this.self = self;
        this.board = board;
        state.listen(new Listener() {
            @Override
            public void bound(Binding binding) {
                if (givenUp.take(binding.session())) {
                    giveBack(binding.account(), binding.resource(), binding.session());
                }
            }

            @Override
            public void attached(Attachment attachment) {
                if (givenUp.take(attachment.connection())) {
                    giveBack(attachment.domain(), attachment.connection());
                }
            }
        });
    }

    @Override
    public CompletionStage<Binding> bind(String account, String resource, String session, byte[] attributes) {
        NodeId node = self.get();
        long epoch = state.epochs().epoch(node);
        CompletionStage<Reply> answer =
                submission.submit(new Command.Bind(node, epoch, account, resource, session, attributes));
        return everywhere(answer, () -> giveUp(account, resource, session))
                .thenApply(index -> new Binding(account, resource, node, session, attributes, index));
    }

    @Override
    public CompletionStage<Optional<Binding>> bindFree(
            String account, String resource, String session, byte[] attributes, @Nullable String instead) {
        NodeId node = self.get();
        long epoch = state.epochs().epoch(node);
        Command.Bind bind = new Command.Bind(node, epoch, account, resource, session, attributes);
        Runnable giveUp = () -> giveUp(account, resource, session);
        return onFailure(submission.submit(new Command.BindFree(bind, instead == null ? session : instead)), giveUp)
                .thenCompose(reply -> reply.status() == Status.CONFLICT
                        ? CompletableFuture.completedFuture(Optional.empty())
                        : everywhere(CompletableFuture.completedFuture(reply), giveUp)
                                .thenApply(index ->
                                        Optional.of(new Binding(account, resource, node, session, attributes, index))));
    }

    /** Nobody waits for the claim any more: it must not stay, whether it is there already or still on its way. */
    private void giveUp(String account, String resource, String session) {
        givenUp.add(session);
        Binding binding = state.sessions().binding(account, resource);
        if (binding != null && binding.session().equals(session) && givenUp.take(session)) {
            giveBack(account, resource, session);
        }
    }

    @Override
    public CompletionStage<Attachment> attach(String domain, String connection) {
        NodeId node = self.get();
        long epoch = state.epochs().epoch(node);
        CompletionStage<Reply> answer = submission.submit(new Command.Attach(node, epoch, domain, connection));
        return everywhere(answer, () -> {
                    givenUp.add(connection);
                    boolean there = state.sessions().attachments(domain).stream()
                            .anyMatch(attachment -> attachment.connection().equals(connection));
                    if (there && givenUp.take(connection)) {
                        giveBack(domain, connection);
                    }
                })
                .thenApply(index -> new Attachment(domain, node, connection, index));
    }

    /**
     * Waits until the claim is applied everywhere. When its outcome stays unknown, its caller goes away all the same:
     * {@code giveUp} sees to it that a claim that is committed, or still on its way, does not stay without an owner.
     */
    private CompletionStage<Long> everywhere(CompletionStage<Reply> answer, Runnable giveUp) {
        return onFailure(answer, giveUp).thenCompose(reply -> switch (reply.status()) {
            case APPLIED, NOTHING ->
                onFailure(board.appliedEverywhere(reply.index()).thenApply(done -> reply.index()), giveUp);
            case DEPOSED -> Submission.fail("the cluster has declared this node lost: nothing was bound");
            default -> Submission.fail("the cluster refused, nothing was bound: " + reply.detail());
        });
    }

    private static <T> CompletionStage<T> onFailure(CompletionStage<T> stage, Runnable task) {
        return stage.whenComplete((value, failure) -> {
            if (failure != null) {
                task.run();
            }
        });
    }

    @Override
    public CompletionStage<Void> update(String account, String resource, String session, byte[] attributes) {
        NodeId node = self.get();
        long epoch = state.epochs().epoch(node);
        return settle(submission.submit(new Command.Update(node, epoch, account, resource, session, attributes)));
    }

    @Override
    public CompletionStage<Void> unbind(String account, String resource, String session) {
        return settle(submission.submit(new Command.Unbind(account, resource, session)));
    }

    @Override
    public CompletionStage<Void> detach(String domain, String connection) {
        return settle(submission.submit(new Command.Detach(domain, connection)));
    }

    private static CompletionStage<Void> settle(CompletionStage<Reply> answer) {
        return answer.thenCompose(reply -> reply.status() == Status.REJECTED
                ? Submission.<Void>fail("the cluster refused: " + reply.detail())
                : CompletableFuture.<Void>completedFuture(null));
    }

    private void giveBack(String account, String resource, String session) {
        unbind(account, resource, session).whenComplete((done, failure) -> {
            if (failure != null) {
                log.warn(
                        "account={} session={} is bound without a stream until this node is up anew", account, session);
            }
        });
    }

    private void giveBack(String domain, String connection) {
        detach(domain, connection).whenComplete((done, failure) -> {
            if (failure != null) {
                log.warn(
                        "component={} connection={} is attached without a stream until this node is up anew",
                        domain,
                        connection);
            }
        });
    }

    @Override
    public @Nullable Binding binding(String account, String resource) {
        return state.sessions().binding(account, resource);
    }

    @Override
    public List<Binding> bindings(String account) {
        return state.sessions().bindings(account);
    }

    @Override
    public @Nullable Attachment active(String domain) {
        List<Attachment> attachments = state.sessions().attachments(domain);
        return attachments.isEmpty() ? null : attachments.get(0);
    }

    @Override
    public List<Attachment> attachments(String domain) {
        return state.sessions().attachments(domain);
    }

    @Override
    public int size() {
        return state.sessions().size();
    }

    @Override
    public Subscription listen(Listener listener) {
        return state.listen(listener);
    }
}
