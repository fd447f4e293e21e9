package org.trestle.deploy.bridge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An operator who adds call bridges all the time, on every node in turn, and remembers which ones were acknowledged. */
final class Writes {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(50);

    private final List<Path> directories;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> attempted = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::write, "writes");
    private volatile boolean stopped;

    Writes(List<Path> directories) {
        this.directories = directories;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join(TimeUnit.SECONDS.toMillis(20));
    }

    private void write() {
        for (int number = 1; !stopped; number++) {
            String name = "probe" + ProcessHandle.current().pid() + "x" + number;
            attempted.add(name);
            try {
                if (Console.ask(directories.get(number % directories.size()), "callbridge", "add", name)
                        .success()) {
                    acknowledged.add(name);
                }
            } catch (IOException noNodeThere) {
                // the killed one: not acknowledged
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    int count() {
        return acknowledged.size();
    }

    /** Acknowledged writes that a running node does not have, over all running nodes. */
    int lost() {
        int lost = 0;
        for (Path directory : directories) {
            try {
                List<String> lines = Console.ask(directory, "callbridge", "list")
                        .text()
                        .lines()
                        .toList();
                for (String name : acknowledged) {
                    lost += lines.stream().noneMatch(line -> line.endsWith(": " + name)) ? 1 : 0;
                }
            } catch (IOException dead) {
                // the killed one is compared when it is back
            }
        }
        return lost;
    }

    /** Running nodes whose state differs although they have applied the same entries. */
    int differences() {
        List<String> fingerprints = new ArrayList<>();
        for (Path directory : directories) {
            try {
                fingerprints.add(
                        Console.ask(directory, "cluster", "fingerprint").text());
            } catch (IOException dead) {
                // as above
            }
        }
        boolean sameIndex = fingerprints.stream()
                        .map(text -> text.lines().findFirst())
                        .distinct()
                        .count()
                == 1;
        return sameIndex ? (int) fingerprints.stream().distinct().count() - 1 : -1;
    }

    /** Takes back what was added. */
    void clean() {
        for (String name : attempted) {
            for (Path directory : directories) {
                try {
                    Console.ask(directory, "callbridge", "del", name);
                    break;
                } catch (IOException dead) {
                    // another one will do
                }
            }
        }
    }
}
