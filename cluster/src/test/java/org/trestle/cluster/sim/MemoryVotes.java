package org.trestle.cluster.sim;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.trestle.cluster.api.NodeId;

/** Elections of the engine in memory. A trial comes first, so that nobody's term moves when there would be no majority. */
final class MemoryVotes {
    private final MemoryLog log;
    private final MemoryDisk disk;
    private long round;

    MemoryVotes(MemoryLog log, MemoryDisk disk) {
        this.log = log;
        this.disk = disk;
    }

    /** Votes that are still under way count no more. */
    void forget() {
        round++;
    }

    void elect(boolean trial, boolean handedOver) {
        log.delayElection();
        if (!trial) {
            disk.term++;
            disk.vote = log.self();
            log.candidate();
        }
        round++;
        long asked = round;
        long term = trial ? disk.term + 1 : disk.term;
        byte[] body = MemoryWire.write(out -> {
            out.writeBoolean(trial);
            out.writeBoolean(handedOver);
            out.writeLong(term);
            out.writeLong(disk.lastIndex());
            out.writeLong(disk.lastTerm());
        });
        List<NodeId> yes = new ArrayList<>(List.of(log.self()));
        for (NodeId voter : log.voters()) {
            if (!voter.equals(log.self())) {
                log.ask(voter, "log.vote", body).whenComplete((answer, failure) -> {
                    if (failure == null && asked == round) {
                        MemoryWire.read(answer, in -> answered(voter, in, trial, yes));
                    }
                });
            }
        }
        count(trial, yes);
    }

    private Object answered(NodeId voter, DataInputStream in, boolean trial, List<NodeId> yes) throws IOException {
        long theirs = in.readLong();
        if (theirs > disk.term) {
            log.follow(theirs, null);
        } else if (in.readBoolean()) {
            yes.add(voter);
            count(trial, yes);
        }
        return yes;
    }

    private void count(boolean trial, List<NodeId> yes) {
        if (yes.size() * 2 > log.voters().size()) {
            round++;
            if (trial) {
                elect(false, false);
            } else {
                log.lead();
            }
        }
    }

    byte[] voted(NodeId from, DataInputStream in) throws IOException {
        boolean trial = in.readBoolean();
        boolean handedOver = in.readBoolean();
        long term = in.readLong();
        long lastIndex = in.readLong();
        long lastTerm = in.readLong();
        boolean upToDate = lastTerm > disk.lastTerm() || (lastTerm == disk.lastTerm() && lastIndex >= disk.lastIndex());
        boolean granted = false;
        if (trial) {
            granted = term > disk.term && upToDate && !log.content();
        } else if (term >= disk.term && (handedOver || !log.content())) {
            if (term > disk.term) {
                log.follow(term, null);
            }
            granted = upToDate && (disk.vote == null || disk.vote.equals(from));
            if (granted) {
                disk.vote = from;
                log.delayElection();
            }
        }
        boolean answer = granted;
        return MemoryWire.write(out -> {
            out.writeLong(disk.term);
            out.writeBoolean(answer);
        });
    }
}
