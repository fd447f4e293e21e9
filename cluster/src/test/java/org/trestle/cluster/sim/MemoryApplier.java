package org.trestle.cluster.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.log.LogStatus.Member;
import org.trestle.cluster.log.StateMachine;
import org.trestle.cluster.sim.MemoryDisk.Entry;
import org.trestle.cluster.sim.MemoryDisk.Kind;
import org.trestle.cluster.sim.MemoryDisk.Request;

/** Brings committed entries to the machine, each command once, and answers to those who wait here. */
final class MemoryApplier {
    /** Answers that are remembered, to know a command that is sent again. */
    private static final int REMEMBERED = 5_000;

    /** What a command gave. */
    record Answer(long index, byte[] result) {}

    private final MemoryDisk disk;
    private final StateMachine machine;
    private final Map<Request, Answer> answers = new LinkedHashMap<>();
    private final Map<Request, CompletableFuture<Answer>> waiting = new HashMap<>();
    private List<Member> snapshotMembers = List.of();
    private List<Member> members = List.of();
    private long membersIndex;
    private long looked = -1;
    private long applied;
    private boolean applying;

    MemoryApplier(MemoryDisk disk, StateMachine machine) {
        this.disk = disk;
        this.machine = machine;
    }

    long applied() {
        return applied;
    }

    /** The members as the log says, committed or not. */
    List<Member> members() {
        look();
        return members;
    }

    /** The index of the last change of the members in the log; 0 when it is in the snapshot. */
    long membersIndex() {
        look();
        return membersIndex;
    }

    private void look() {
        if (looked != disk.changes()) {
            looked = disk.changes();
            membersIndex = disk.lastIndex();
            while (membersIndex > disk.snapshotIndex && disk.entry(membersIndex).kind() != Kind.MEMBERS) {
                membersIndex--;
            }
            boolean kept = membersIndex <= disk.snapshotIndex;
            members = kept ? snapshotMembers : disk.entry(membersIndex).members();
            membersIndex = kept ? 0 : membersIndex;
        }
    }

    /** Completes when the request has been applied here. */
    CompletableFuture<Answer> await(Request request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        waiting.put(request, answer);
        answer.whenComplete((value, failure) -> waiting.remove(request));
        return answer;
    }

    /** Whether the request is in the log already, applied or not. */
    boolean knows(Request request) {
        if (answers.containsKey(request)) {
            return true;
        }
        for (long index = disk.lastIndex(); index > Math.max(applied, disk.snapshotIndex); index--) {
            if (disk.entry(index).request().equals(request)) {
                return true;
            }
        }
        return false;
    }

    /** Applies up to {@code commit}; true when there was something to apply. What comes up meanwhile waits. */
    boolean advance(long commit) {
        if (applying || applied >= commit) {
            return false;
        }
        applying = true;
        while (applied < commit) {
            Entry entry = disk.entry(applied + 1);
            Answer answer = answers.get(entry.request());
            if (entry.kind() != Kind.COMMAND) {
                answer = new Answer(entry.index(), new byte[0]);
            } else if (answer == null) {
                answer = new Answer(entry.index(), machine.apply(entry.index(), entry.command()));
                remember(entry.request(), answer);
            }
            applied = entry.index();
            answer(entry.request(), answer);
        }
        applying = false;
        return true;
    }

    private void remember(Request request, Answer answer) {
        answers.put(request, answer);
        if (answers.size() > REMEMBERED) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    private void answer(Request request, @Nullable Answer answer) {
        CompletableFuture<Answer> waiter = waiting.get(request);
        if (waiter != null && answer != null) {
            waiter.complete(answer);
        }
    }

    /** Replaces what is applied by a snapshot of it, when it has become long. */
    void compact(int after) {
        if (!applying && applied - disk.snapshotIndex >= after) {
            List<Member> then = membersAt(applied);
            byte[] content = MemoryWire.write(out -> {
                MemoryWire.members(out, then);
                out.writeInt(answers.size());
                for (Map.Entry<Request, Answer> answer : answers.entrySet()) {
                    MemoryWire.request(out, answer.getKey());
                    out.writeLong(answer.getValue().index());
                    MemoryWire.bytes(out, answer.getValue().result());
                }
                machine.snapshot(out);
            });
            disk.snapshot(applied, disk.termAt(applied), content);
            snapshotMembers = then;
            looked = -1;
        }
    }

    private List<Member> membersAt(long index) {
        for (long at = index; at > disk.snapshotIndex; at--) {
            if (disk.entry(at).kind() == Kind.MEMBERS) {
                return disk.entry(at).members();
            }
        }
        return snapshotMembers;
    }

    /** Takes the snapshot that is on the disk. */
    void restore() {
        if (disk.snapshotIndex > 0) {
            MemoryWire.read(disk.snapshot, this::restore);
            applied = disk.snapshotIndex;
            for (Map.Entry<Request, CompletableFuture<Answer>> waiter :
                    Map.copyOf(waiting).entrySet()) {
                answer(waiter.getKey(), answers.get(waiter.getKey()));
            }
        }
    }

    private Object restore(DataInputStream in) throws IOException {
        snapshotMembers = MemoryWire.members(in);
        looked = -1;
        answers.clear();
        for (int i = in.readInt(); i > 0; i--) {
            answers.put(MemoryWire.request(in), new Answer(in.readLong(), MemoryWire.bytes(in)));
        }
        machine.restore(disk.snapshotIndex, in);
        return snapshotMembers;
    }
}
