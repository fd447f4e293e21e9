package org.trestle.cluster.membership;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.time.Timers;

/** Runs the steps of a procedure one after the other on the thread for files, telling the operator what begins. */
final class Steps {

    /** One step; what it returns must complete before the next begins. */
    interface Step {
        CompletionStage<?> run() throws IOException, MembershipException;
    }

    /** A step that is done when it returns. */
    interface Work {
        void run() throws IOException, MembershipException;
    }

    private final Executor files;
    private final CrashPoint crashes;
    private final Consumer<String> progress;
    private CompletionStage<?> last = CompletableFuture.completedFuture("");

    Steps(Executor files, CrashPoint crashes, Consumer<String> progress) {
        this.files = files;
        this.crashes = crashes;
        this.progress = progress;
    }

    /** Adds a step that changes something. {@code words} are shown as it begins, unless empty. */
    Steps then(String name, String words, Step step) {
        last = last.thenComposeAsync(
                done -> {
                    crashes.before(name);
                    if (!words.isEmpty()) {
                        progress.accept(words);
                    }
                    return begin(step);
                },
                files);
        return this;
    }

    /** Adds a step that only touches files. */
    Steps work(String name, String words, Work work) {
        return then(name, words, () -> {
            work.run();
            return CompletableFuture.completedFuture("");
        });
    }

    CompletionStage<Void> end() {
        return last.thenAccept(done -> {});
    }

    private static CompletionStage<?> begin(Step step) {
        try {
            return step.run();
        } catch (IOException failure) {
            return CompletableFuture.failedFuture(new MembershipException(
                    "the disk refused: " + failure.getMessage() + ". Nothing is lost; see to the disk and repeat."));
        } catch (MembershipException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    /** What really went wrong, without the wrapping that futures add. */
    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** The words of a failure for the operator. */
    static String words(Throwable failure) {
        Throwable cause = cause(failure);
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    static <T> CompletionStage<T> refuse(String words) {
        return CompletableFuture.failedFuture(new MembershipException(words));
    }

    /** Waits. */
    static CompletionStage<Void> pause(Timers timers, Duration pause) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        timers.after(pause, () -> over.complete(null));
        return over;
    }

    /** Tries again, after a pause, as long as {@code again} wants to and the deadline has not passed. */
    static <T> CompletionStage<T> retry(
            Timers timers,
            Duration pause,
            Duration patience,
            Supplier<CompletionStage<T>> attempt,
            Predicate<Throwable> again) {
        return retry(timers, pause, timers.nanos() + patience.toNanos(), attempt, again);
    }

    private static <T> CompletionStage<T> retry(
            Timers timers,
            Duration pause,
            long deadline,
            Supplier<CompletionStage<T>> attempt,
            Predicate<Throwable> again) {
        return attempt.get()
                .handle((value, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.<T>completedStage(value);
                    }
                    if (!again.test(cause(failure)) || timers.nanos() - deadline >= 0) {
                        return CompletableFuture.<T>failedStage(cause(failure));
                    }
                    return pause(timers, pause).thenCompose(over -> retry(timers, pause, deadline, attempt, again));
                })
                .thenCompose(stage -> stage);
    }
}
