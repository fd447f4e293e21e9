package org.trestle.cluster.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.sim.MemoryDisk.Kind;
import org.trestle.cluster.sim.MemoryDisk.Request;
import org.trestle.cluster.time.Timers;

/** Brings this node's commands to whoever leads, again and again until they are applied here or time is up. */
final class MemoryCommands {
    private static final byte[] NOT_HERE = {0};
    private static final byte[] TAKEN = {1};

    private final MemoryLog log;
    private final MemoryApplier applier;
    private final MemoryLog.Setting setting;
    private final long process;
    private long numbers;
    private long pending;

    MemoryCommands(MemoryLog log, MemoryApplier applier, MemoryLog.Setting setting, long process) {
        this.log = log;
        this.applier = applier;
        this.setting = setting;
        this.process = process;
    }

    Request request() {
        return new Request(setting.self(), process, numbers++);
    }

    CompletableFuture<MemoryApplier.Answer> propose(Kind kind, byte[] command) {
        if (log.closed() || pending + command.length > setting.tuning().pending()) {
            return CompletableFuture.failedFuture(new ClusterUnavailableException(
                    log.closed()
                            ? "the log is closed: nothing was written"
                            : "too much is waiting: nothing was written"));
        }
        Request request = request();
        pending += command.length;
        CompletableFuture<MemoryApplier.Answer> answer = applier.await(request);
        Timers.Timer deadline = setting.timers()
                .after(
                        setting.tuning().submit(),
                        () -> answer.completeExceptionally(
                                new ClusterUnavailableException("no quorum has answered in time")));
        answer.whenComplete((value, failure) -> {
            pending -= command.length;
            deadline.cancel();
        });
        send(answer, MemoryWire.write(out -> {
            out.writeUTF(kind.name());
            MemoryWire.request(out, request);
            MemoryWire.bytes(out, command);
        }));
        return answer;
    }

    private void send(CompletableFuture<MemoryApplier.Answer> answer, byte[] body) {
        if (answer.isDone() || log.closed()) {
            return;
        }
        NodeId leader = log.leader();
        if (log.leading()) {
            MemoryWire.read(body, this::submitted);
            again(setting.tuning().request(), answer, body);
        } else if (leader == null) {
            again(setting.tuning().heartbeat(), answer, body);
        } else {
            log.ask(leader, "log.submit", body)
                    .whenComplete((taken, failure) -> again(
                            failure == null && taken[0] == 1
                                    ? setting.tuning().request().multipliedBy(2)
                                    : setting.tuning().heartbeat(),
                            answer,
                            body));
        }
    }

    private void again(Duration delay, CompletableFuture<MemoryApplier.Answer> answer, byte[] body) {
        if (!answer.isDone()) {
            setting.timers().after(delay, () -> send(answer, body));
        }
    }

    byte[] submitted(DataInputStream in) throws IOException {
        if (!log.leading()) {
            return NOT_HERE;
        }
        Kind kind = Kind.valueOf(in.readUTF());
        Request request = MemoryWire.request(in);
        if (!applier.knows(request)) {
            log.append(kind, request, MemoryWire.bytes(in), List.of());
        }
        return TAKEN;
    }
}
