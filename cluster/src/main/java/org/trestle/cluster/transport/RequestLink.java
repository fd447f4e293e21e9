package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.time.Timers;
import org.trestle.cluster.transport.PeerException.Kind;

/** This node's requests to one peer, in order, over one link. */
final class RequestLink extends DialledLink {

    private record Question(String subject, byte[] body, long deadline, CompletableFuture<byte[]> answer) {}

    private final Consumer<NodeId> whenSilent;
    private final AtomicInteger open = new AtomicInteger();
    private final Deque<Question> unsent = new ArrayDeque<>();
    private final Map<Long, Question> sent = new HashMap<>();
    private @Nullable Outbox outbox;
    private Timers.@Nullable Timer alarm;
    private long alarmAt;
    private long lastId;

    /** {@code whenSilent} hears of a peer whose connections are probably dead, though the system does not say so. */
    RequestLink(LinkContext context, EventLoop loop, Peer peer, Consumer<NodeId> whenSilent) {
        super(context, loop, peer, LinkRole.REQUESTS);
        this.whenSilent = whenSilent;
    }

    /** From any thread. */
    CompletionStage<byte[]> ask(String subject, byte[] body, Duration timeout) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        context().meters.request();
        if (open.incrementAndGet() > context().limits.pendingRequests()) {
            open.decrementAndGet();
            return fail(answer, Kind.UNREACHABLE, "too many requests wait for an answer");
        }
        long deadline = context().timers.nanos() + timeout.toNanos();
        Question question = new Question(subject, body, deadline, answer);
        if (loop().inEventLoop()) {
            ask(question);
            return answer;
        }
        try {
            loop().execute(() -> ask(question));
        } catch (RejectedExecutionException stopped) {
            finish(question, Kind.UNREACHABLE, "this node is stopping");
        }
        return answer;
    }

    private void ask(Question question) {
        if (closed()) {
            finish(question, Kind.UNREACHABLE, "it is no longer a member");
            return;
        }
        Outbox out = outbox;
        if (out == null) {
            unsent.add(question);
            connect();
        } else {
            send(question, out);
        }
        wakeAt(question.deadline);
    }

    private void send(Question question, Outbox out) {
        long id = ++lastId;
        if (out.add(FrameKind.REQUEST, question.subject, id, question.body)) {
            sent.put(id, question);
        } else {
            finish(question, Kind.UNREACHABLE, "too much waits to be sent");
        }
    }

    @Override
    void whenUp(Outbox out) {
        outbox = out;
        for (Question next = unsent.poll(); next != null; next = unsent.poll()) {
            send(next, out);
        }
    }

    @Override
    void whenDown(PeerException why) {
        outbox = null;
        List<Question> lost = new ArrayList<>(sent.values());
        sent.clear();
        List<Question> never = new ArrayList<>(unsent);
        unsent.clear();
        lost.forEach(question -> finish(question, Kind.TIMEOUT, "the connection was lost before the answer came"));
        never.forEach(question -> finish(question, why));
        if (why.kind() == Kind.REFUSED) {
            context().refusedListeners.forEach(listener -> listener.accept(peer().node()));
        }
    }

    @Override
    void received(FrameKind kind, long id, ByteBuf body) {
        if (kind == FrameKind.RESPONSE) {
            Question question = sent.remove(id);
            if (question != null) {
                open.decrementAndGet();
                question.answer.complete(ByteBufUtil.getBytes(body));
            } // else it came too late: the asker has been told
        } else if (kind == FrameKind.FAILURE) {
            Question question = sent.remove(id);
            if (question != null) {
                finish(question, Kind.FAILED, body.toString(StandardCharsets.UTF_8));
            }
        } else {
            drop("it sent a " + kind + " where an answer belongs");
        }
    }

    @Override
    void writabilityChanged(boolean writable) {
        // Requests are bounded by number and bytes; nobody waits for room.
    }

    private void wakeAt(long deadline) {
        Timers.Timer set = alarm;
        if (set != null) {
            if (alarmAt - deadline <= 0) {
                return;
            }
            set.cancel();
        }
        alarmAt = deadline;
        long wait = Math.max(0, deadline - context().timers.nanos());
        alarm = context().timers.after(Duration.ofNanos(wait), () -> loop().execute(this::expire));
    }

    private void expire() {
        alarm = null;
        long now = context().timers.nanos();
        boolean unanswered = expire(sent.values(), now, Kind.TIMEOUT, "no answer in time");
        expire(unsent, now, Kind.UNREACHABLE, "no connection in time");
        nextDeadline();
        Dial dial = connection();
        if (unanswered
                && dial != null
                && now - dial.lastRead() >= context().limits.silence().toNanos()) {
            drop("nothing was heard for " + context().limits.silence().toMillis() + " ms");
            whenSilent.accept(peer().node());
        }
    }

    private boolean expire(Collection<Question> questions, long now, Kind kind, String why) {
        List<Question> late = new ArrayList<>();
        questions.removeIf(question -> question.deadline - now <= 0 && late.add(question));
        late.forEach(question -> finish(question, kind, why));
        return !late.isEmpty();
    }

    private void nextDeadline() {
        long now = context().timers.nanos();
        long soonest = Long.MAX_VALUE;
        for (Question question : sent.values()) {
            soonest = Math.min(soonest, question.deadline - now);
        }
        for (Question question : unsent) {
            soonest = Math.min(soonest, question.deadline - now);
        }
        if (soonest != Long.MAX_VALUE) {
            wakeAt(now + soonest);
        }
    }

    private void finish(Question question, Kind kind, String why) {
        finish(question, new PeerException(kind, kind == Kind.FAILED ? why : peer() + ": " + why));
    }

    private void finish(Question question, PeerException why) {
        open.decrementAndGet();
        context().meters.requestFailed(why.kind());
        question.answer.completeExceptionally(why);
    }

    private CompletionStage<byte[]> fail(CompletableFuture<byte[]> answer, Kind kind, String why) {
        context().meters.requestFailed(kind);
        answer.completeExceptionally(new PeerException(kind, peer() + ": " + why));
        return answer;
    }
}
