package org.trestle.deploy.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Kills the leader with SIGKILL while the bridges exchange stanzas, and prints the timeline. */
final class Failover {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long EVERY_MILLIS = 20;

    private final Arguments arguments;
    private final List<Path> directories;
    private final ConcurrentLinkedQueue<Event> events = new ConcurrentLinkedQueue<>();
    private final Writes writes;
    private volatile long killed;

    Failover(Arguments arguments) {
        this.arguments = arguments;
        directories = arguments.directories();
        writes = new Writes(directories);
    }

    /** A line of the timeline. */
    private record Event(long millis, String text) {}

    /** True when every bridge exchanged stanzas again. */
    boolean run() throws IOException, InterruptedException {
        try (Traffic traffic = new Traffic(arguments.secrets(), arguments.nodes(), this::event)) {
            traffic.connect();
            traffic.send(EVERY_MILLIS);
            traffic.exchanges().forEach(exchange -> exchange.mark(0));
            if (!await(() -> exchanging(traffic))) {
                System.out.println("FAILURE: the bridges do not exchange stanzas; is the cluster up?");
                return false;
            }
            writes.start();
            pause(2000);
            Leader before = leader(null);
            if (before == null) {
                System.out.println("FAILURE: no node says that it is the leader");
                return false;
            }
            return kill(traffic, before);
        }
    }

    private boolean kill(Traffic traffic, Leader before) throws IOException, InterruptedException {
        long pid = Long.parseLong(
                Files.readString(before.directory().resolve("pid")).trim());
        ProcessHandle process = ProcessHandle.of(pid)
                .orElseThrow(
                        () -> new IllegalArgumentException("no process " + pid + ", named in " + before.directory()));
        killed = System.nanoTime();
        process.destroyForcibly();
        traffic.exchanges().forEach(exchange -> exchange.mark(killed));
        Leader[] after = new Leader[1];
        long[] elected = new long[1];
        boolean found = await(() -> {
            after[0] = leader(before);
            elected[0] = System.nanoTime();
            return after[0] != null;
        });
        boolean again = await(() -> exchanging(traffic));
        pause(1000);
        traffic.stopSending();
        writes.stop();
        pause(1500);
        print(traffic, before, found ? after[0] : null, elected[0], again);
        return found && again;
    }

    private void print(Traffic traffic, Leader before, @Nullable Leader after, long elected, boolean again) {
        events.add(new Event(0, "kill -9 " + before.node() + ", the leader of term " + before.term()));
        if (after != null) {
            events.add(new Event(millis(elected), after.node() + " is the leader of term " + after.term()));
        }
        long last = 0;
        for (Exchange exchange : traffic.exchanges()) {
            last = Math.max(last, exchange.firstAfterMark());
        }
        if (again) {
            events.add(new Event(millis(last), "every bridge exchanges stanzas with every other again"));
        }
        events.stream()
                .sorted(Comparator.comparingLong(Event::millis))
                .forEach(event -> System.out.printf("%7d ms  %s%n", event.millis(), event.text()));
        if (!again) {
            System.out.println("not all bridges exchange stanzas again after 30 s");
        }
        long sent = 0;
        long delivered = 0;
        long returned = 0;
        long disordered = 0;
        for (Exchange exchange : traffic.exchanges()) {
            sent += exchange.sent();
            delivered += exchange.deliveredCount();
            returned += exchange.returnedCount();
            disordered += exchange.disordered();
        }
        System.out.printf(
                "stanzas: sent %d, delivered %d, returned to their sender %d, lost %d, out of order or twice %d%n",
                sent, delivered, returned, sent - delivered - returned, disordered);
        int lostWrites = writes.lost();
        int[] differences = {-1};
        await(() -> (differences[0] = writes.differences()) >= 0);
        System.out.printf(
                "commands: acknowledged %d, lost %d; nodes whose state differs: %d%n",
                writes.count(), lostWrites, differences[0]);
        writes.clean();
        System.out.printf(
                "result leader_ms=%d exchange_ms=%d sent=%d delivered=%d returned=%d lost=%d disordered=%d commands=%d commands_lost=%d differences=%d%n",
                after == null ? -1 : millis(elected),
                again ? millis(last) : -1,
                sent,
                delivered,
                returned,
                sent - delivered - returned,
                disordered,
                writes.count(),
                lostWrites,
                differences[0]);
    }

    private void event(String text) {
        long at = killed;
        if (at != 0) {
            events.add(new Event(millis(System.nanoTime()), text));
        }
    }

    private long millis(long nanos) {
        return Math.round((nanos - killed) / 1e6);
    }

    private static boolean exchanging(Traffic traffic) {
        return traffic.exchanges().stream().allMatch(exchange -> exchange.firstAfterMark() != 0);
    }

    private @Nullable Leader leader(@Nullable Leader except) {
        for (Path directory : directories) {
            if (except == null || !directory.equals(except.directory())) {
                Leader leader = Leader.ask(directory);
                if (leader != null) {
                    return leader;
                }
            }
        }
        return null;
    }

    private interface Condition {
        boolean holds();
    }

    private static boolean await(Condition condition) {
        long deadline = System.nanoTime() + PATIENCE;
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(5);
        }
        return true;
    }

    private static void pause(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
