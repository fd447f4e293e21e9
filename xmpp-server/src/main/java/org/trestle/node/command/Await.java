package org.trestle.node.command;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.trestle.auth.accounts.AccountException;
import org.trestle.auth.callbridge.CallBridgeException;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.MembershipException;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.TurnException;

/** Waits, on a thread of the console, for what the node does elsewhere, and puts its failures into words. */
final class Await {
    /** For one change of the replicated state; the state gives up by itself long before. */
    static final Duration CHANGE = Duration.ofSeconds(30);

    /** For a change of membership, which may have to copy all state to a new member. */
    static final Duration MEMBERSHIP = Duration.ofMinutes(5);

    private Await() {}

    /** Waits for a change until it counts on every node that can be reached: what is typed next may go to any of them. */
    static <T> T change(NodeControl node, CompletionStage<T> stage) throws ConsoleException {
        T result = done(stage, CHANGE);
        everywhere(node);
        return result;
    }

    /** Waits, for a bounded time, until the other nodes that can be reached know what this one knows. */
    static void everywhere(NodeControl node) throws ConsoleException {
        done(node.cluster().tables().everywhere().exceptionally(lost -> null), CHANGE);
    }

    static <T> T membership(CompletionStage<T> stage) throws ConsoleException {
        return done(stage, MEMBERSHIP);
    }

    static <T> T done(CompletionStage<T> stage, Duration most) throws ConsoleException {
        try {
            return stage.toCompletableFuture().get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw inWords(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            throw new ConsoleException(
                    "no answer within " + most.toSeconds()
                            + " s; it may still happen: look with \"xmpp cluster status\", "
                            + "then type the command again",
                    late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ConsoleException("this node is stopping; type the command again when it runs", stopping);
        }
    }

    private static ConsoleException inWords(Throwable cause) {
        Throwable failure = cause;
        while (failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure instanceof ClusterUnavailableException) {
            return new ConsoleException(
                    failure.getMessage() + " (\"xmpp cluster status\" shows which nodes are up)", failure);
        }
        if (failure instanceof AccountException
                || failure instanceof CallBridgeException
                || failure instanceof TurnException
                || failure instanceof MembershipException) {
            return new ConsoleException(String.valueOf(failure.getMessage()), failure);
        }
        return new ConsoleException("an unexpected failure, which the node's log has in full: " + failure, failure);
    }
}
