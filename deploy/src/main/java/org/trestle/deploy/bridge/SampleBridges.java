package org.trestle.deploy.bridge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The sample call bridges as a program: {@code run} keeps them connected and exchanging until it is ended, {@code
 * failover} kills the leader while they do and prints what that meant for them.
 */
public final class SampleBridges {
    private static final long EVERY_MILLIS = 1000;

    private SampleBridges() {}

    public static void main(String[] words) throws IOException, InterruptedException {
        try {
            String mode = words.length == 0 ? "" : words[0];
            Arguments arguments = Arguments.of(words, 1);
            switch (mode) {
                case "run" -> run(arguments);
                case "failover" -> System.exit(new Failover(arguments).run() ? 0 : 1);
                default -> throw new IllegalArgumentException("expected run or failover, got \"" + mode + "\"");
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println("sample bridges: " + wrong.getMessage());
            System.exit(2);
        }
    }

    private static void run(Arguments arguments) throws IOException, InterruptedException {
        Path state = Path.of(arguments.need("state"));
        Traffic traffic = new Traffic(arguments.secrets(), arguments.nodes(), SampleBridges::say);
        traffic.connect();
        traffic.send(arguments.number("every", EVERY_MILLIS));
        Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(() -> write(state, traffic), 200, 500, TimeUnit.MILLISECONDS);
        new CountDownLatch(1).await();
    }

    private static void write(Path state, Traffic traffic) {
        StringBuilder text = new StringBuilder();
        for (Bridge bridge : traffic.bridges().values()) {
            var node = bridge.node();
            long sent = 0;
            long delivered = 0;
            for (Exchange exchange : traffic.exchanges()) {
                sent += exchange.from().equals(bridge.jid()) ? exchange.sent() : 0;
                delivered += exchange.to().equals(bridge.jid()) ? exchange.deliveredCount() : 0;
            }
            text.append("%s %s sent %d received %d%n"
                    .formatted(bridge.jid(), node == null ? "-" : Traffic.text(node), sent, delivered));
        }
        try {
            Path fresh = state.resolveSibling(state.getFileName() + ".new");
            Files.writeString(fresh, text);
            Files.move(fresh, state, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException unwritable) {
            say("cannot write " + state + ": " + unwritable.getMessage());
        }
    }

    static void say(String line) {
        System.out.println(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }
}
