package org.trestle.cluster.node;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.membership.CrashPoint;
import org.trestle.cluster.sim.ClassPath;

/**
 * A node in a process of its own, which is halted, as kill -9 would, before the n-th step of a command. Arguments: data
 * directory, number of the node, the step, then {@code leave}, or {@code join} with the number of a member and a token, or
 * {@code remove} with the id of a dead member.
 */
final class HaltingNode {
    /** How a halted process ends. */
    static final int HALTED = 137;

    private HaltingNode() {}

    public static void main(String[] args) throws Exception {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[2]));
        CrashPoint halt = step -> {
            if (left.getAndDecrement() == 0) {
                Runtime.getRuntime().halt(HALTED);
            }
        };
        Grounds grounds = new Grounds();
        int number = Integer.parseInt(args[1]);
        ClusterNode node = grounds.open(grounds.settings(Path.of(args[0]), number), halt);
        switch (args[3]) {
            case "join" ->
                Grounds.await(node.join(Grounds.address(Integer.parseInt(args[4])), args[5], true, words -> {}));
            case "leave" -> {
                grounds.until(() -> node.serving() ? "" : node.status().toString());
                Grounds.await(node.leave(true, words -> {}));
            }
            case "remove" -> {
                NodeId dead = new NodeId(args[4]);
                grounds.sees(node, dead, false);
                Grounds.await(node.remove(dead, false, words -> {}));
            }
            default -> throw new IllegalArgumentException(args[3]);
        }
        Grounds.await(node.close());
        Runtime.getRuntime().halt(0);
    }

    /** Runs it to its end; true when it was halted, false when it came through. */
    static boolean halts(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-Dtrestle.test.network=" + Grounds.NETWORK,
                "-cp",
                ClassPath.ofTests(),
                HaltingNode.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(args[0] + ".out"))
                .start();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after 240 s, see " + args[0] + ".out");
        }
        int ended = process.exitValue();
        if (ended != HALTED && ended != 0) {
            throw new AssertionError("ended with " + ended + ": " + Files.readString(Path.of(args[0] + ".out")));
        }
        return ended == HALTED;
    }
}
