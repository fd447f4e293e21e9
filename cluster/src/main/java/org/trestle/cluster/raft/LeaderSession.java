package org.trestle.cluster.raft;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.operation.OperationType;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.operation.impl.DefaultOperationId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.time.Timers;

/**
 * This node's Raft session: carries one batch at a time to whoever leads, as often as it takes, and keeps itself alive.
 * Atomix's own client waits whole seconds between attempts; this one waits milliseconds. On the Raft thread.
 */
final class LeaderSession {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderSession.class);
    private static final Duration RETRY = Duration.ofMillis(15);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);
    /** After so many refusals that are not about leadership, a new session is opened for the same batch. */
    private static final int PATIENCE = 5;

    private final RaftContext raft;
    private final RaftLink link;
    private final Appends appends;
    private final Timers timers;
    private final MachineType type;
    private final Duration timeout;
    private final LongConsumer firstOpened;
    private long session;
    private boolean everOpened;
    private long sequence;
    private long completed;
    private long attempt;
    private int refusals;
    private byte @Nullable [] batch;
    private @Nullable Answer answer;
    private boolean closed;

    /** Receives the place in the Raft log and the results of a batch. */
    @FunctionalInterface
    interface Answer {
        void committed(long index, byte[] results);
    }

    /** @param firstOpened told the number of this node's first session, which no other run of any node has */
    LeaderSession(
            RaftContext raft,
            RaftLink link,
            Appends appends,
            MachineType type,
            Duration timeout,
            Timers timers,
            LongConsumer firstOpened) {
        this.raft = raft;
        this.link = link;
        this.appends = appends;
        this.timers = timers;
        this.type = type;
        this.timeout = timeout;
        this.firstOpened = firstOpened;
    }

    void start() {
        attempt();
        keepAlive();
    }

    void close() {
        closed = true;
    }

    void submit(byte[] bytes, Answer whenCommitted) {
        batch = bytes;
        answer = whenCommitted;
        sequence++;
        attempt();
    }

    /** There may be another leader: what is under way is sent again at once. */
    void leaderChanged() {
        if (batch != null || session == 0) {
            attempt();
        }
    }

    private void attempt() {
        if (closed) {
            return;
        }
        long number = ++attempt;
        RaftMember leader = raft.getLeader();
        if (leader == null) {
            retry(number);
        } else if (session == 0) {
            open(number, leader.memberId());
        } else if (batch != null) {
            command(number, leader.memberId(), batch);
        }
    }

    private void retry(long number) {
        timers.after(
                RETRY,
                () -> raft.getThreadContext().execute(() -> {
                    if (number == attempt) {
                        attempt();
                    }
                }));
    }

    private void open(long number, MemberId leader) {
        OpenSessionRequest request = OpenSessionRequest.builder()
                .withMemberId(raft.getCluster().getMember().memberId())
                .withServiceName(MachineType.SERVICE)
                .withServiceType(type)
                .withServiceConfig(MachineType.emptyConfig())
                .withReadConsistency(ReadConsistency.SEQUENTIAL)
                .withMinTimeout(timeout.toMillis())
                .withMaxTimeout(timeout.toMillis())
                .build();
        link.ask(leader, request)
                .whenCompleteAsync(
                        (noted, error) -> {
                            if (number != attempt) {
                                return;
                            }
                            if (error == null
                                    && noted.message() instanceof OpenSessionResponse response
                                    && response.status() == RaftResponse.Status.OK) {
                                opened(response.session());
                            } else {
                                retry(number);
                            }
                        },
                        raft.getThreadContext());
    }

    private void opened(long number) {
        session = number;
        sequence = batch == null ? 0 : 1;
        completed = 0;
        refusals = 0;
        if (!everOpened) {
            everOpened = true;
            firstOpened.accept(number);
        }
        attempt();
    }

    private void command(long number, MemberId leader, byte[] bytes) {
        CommandRequest request = CommandRequest.builder()
                .withSession(session)
                .withSequence(sequence)
                .withOperation(new PrimitiveOperation(new DefaultOperationId("apply", OperationType.COMMAND), bytes))
                .build();
        link.ask(leader, request)
                .whenCompleteAsync(
                        (noted, error) -> {
                            if (error == null && noted.message() instanceof CommandResponse response) {
                                answered(number, request, noted, response);
                            } else if (number == attempt) {
                                retry(number);
                            }
                        },
                        raft.getThreadContext());
    }

    private void answered(long number, CommandRequest request, Wire.Noted noted, CommandResponse response) {
        if (request.session() != session || request.sequenceNumber() != sequence || batch == null) {
            return;
        }
        byte[] result = response.result();
        if (response.status() == RaftResponse.Status.OK && result != null) {
            appends.advance(noted.first(), Math.max(response.index(), noted.second()));
            Answer waiting = answer;
            batch = null;
            answer = null;
            completed = sequence;
            refusals = 0;
            attempt++;
            if (waiting != null) {
                waiting.committed(response.index(), result);
            }
        } else if (number == attempt) {
            refused(number, response);
        }
    }

    private void refused(long number, CommandResponse response) {
        RaftError.Type type = response.error() == null
                ? RaftError.Type.UNAVAILABLE
                : response.error().type();
        boolean lost = switch (type) {
            case UNKNOWN_SESSION, CLOSED_SESSION, UNKNOWN_CLIENT, UNKNOWN_SERVICE -> true;
            case NO_LEADER, ILLEGAL_MEMBER_STATE, UNAVAILABLE -> false;
            default -> ++refusals >= PATIENCE;
        };
        if (lost) {
            LOG.debug("session={} lost: {}", session, type);
            session = 0;
            attempt();
        } else {
            retry(number);
        }
    }

    private void keepAlive() {
        timers.after(
                KEEP_ALIVE,
                () -> raft.getThreadContext().execute(() -> {
                    if (!closed) {
                        sendKeepAlive();
                        keepAlive();
                    }
                }));
    }

    private void sendKeepAlive() {
        RaftMember leader = raft.getLeader();
        long kept = session;
        if (leader == null || kept == 0) {
            return;
        }
        KeepAliveRequest request = KeepAliveRequest.builder()
                .withSessionIds(new long[] {kept})
                .withCommandSequences(new long[] {completed})
                .withEventIndexes(new long[] {kept})
                .build();
        link.ask(leader.memberId(), request)
                .whenCompleteAsync(
                        (noted, error) -> {
                            if (error == null
                                    && noted.message() instanceof KeepAliveResponse response
                                    && response.status() == RaftResponse.Status.OK
                                    && session == kept
                                    && Arrays.stream(response.sessionIds()).noneMatch(id -> id == kept)) {
                                session = 0;
                                attempt();
                            }
                        },
                        raft.getThreadContext());
    }
}
