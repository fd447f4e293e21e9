package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.B;
import static org.trestle.cluster.state.Machine.utf8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterUnavailableException;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.sim.LocalLog;

final class FacadesTest {
    private static final byte[] NONE = new byte[0];

    private final ClusterState state = new ClusterState();
    private final LocalLog log = new LocalLog(A, state);
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private final StateTables tables = new StateTables(state, () -> log, this::everywhere);
    private final StateNodes nodes = new StateNodes(() -> log);
    private final StateDirectory directory = new StateDirectory(state, () -> log, () -> A, this::everywhere);

    FacadesTest() {
        nodes.up(Machine.member(A, 1));
    }

    private CompletionStage<Void> everywhere(long index) {
        CompletableFuture<Void> everywhere = new CompletableFuture<>();
        waiting.add(everywhere);
        return everywhere;
    }

    @Test
    void whoeverWantsMayWaitUntilTheOthersHaveAChange() {
        now(tables.commit(Change.of().put("users", "a", utf8("1")).build()));
        assertTrue(waiting.isEmpty(), "a change by itself waits for nobody");
        CompletableFuture<Void> known = tables.everywhere().toCompletableFuture();
        assertFalse(known.isDone());
        waiting.get(0).complete(null);
        assertTrue(known.isDone());
    }

    @Test
    void aChangeIsAnsweredWithItsOutcome() {
        Tables.Outcome done =
                now(tables.commit(Change.of().put("users", "a", utf8("1")).build()));
        assertEquals(new Tables.Outcome(true, null, 2), done);
        Tables.Outcome refused = now(tables.commit(
                Change.of().put("users", "a", utf8("2"), Change.ABSENT).build()));
        assertEquals(new Tables.Outcome(false, "users/a", 3), refused);
        Row row = tables.get("users", "a");
        assertNotNull(row);
        assertEquals(List.of(row), tables.rows("users"));
        assertEquals(List.of(), tables.rows("other"));
        assertNull(tables.get("users", "b"));
        now(tables.barrier());
    }

    @Test
    void anImpossibleChangeIsRefusedBeforeItIsSent() {
        Change twice = Change.of().put("t", "k", NONE).delete("t", "k").build();
        assertThrows(IllegalArgumentException.class, () -> tables.commit(twice));
        Change big = Change.of().put("t", "k", new byte[Limits.VALUE_BYTES + 1]).build();
        assertThrows(IllegalArgumentException.class, () -> tables.commit(big));
        assertThrows(IllegalArgumentException.class, () -> directory.bind("", "r", "s", NONE));
        assertEquals(1, state.appliedIndex());
    }

    @Test
    void withoutAQuorumWritesFail() {
        log.refuse("no quorum");
        assertUnavailable(tables.commit(Change.of().put("t", "k", NONE).build()));
        assertUnavailable(tables.barrier());
        assertUnavailable(directory.bind("a@x", "r", "s", NONE));
        assertUnavailable(directory.bindFree("a@x", "r", "s", NONE, null));
        assertUnavailable(directory.unbind("a@x", "r", "s"));
        assertUnavailable(nodes.lost(A, 1));
    }

    @Test
    void aWatcherIsToldUntilItStops() {
        List<String> seen = new ArrayList<>();
        var watching = tables.watch("users", (before, after) -> seen.add(before + " " + (after != null)));
        tables.commit(
                Change.of().put("users", "a", NONE).put("other", "a", NONE).build());
        watching.close();
        watching.close();
        tables.commit(Change.of().put("users", "b", NONE).build());
        assertEquals(List.of("null true"), seen);
    }

    @Test
    void bindCompletesWhenItIsAppliedEverywhere() {
        CompletableFuture<Binding> bind = directory.bind("a@x", "r", "s1", NONE).toCompletableFuture();
        assertFalse(bind.isDone());
        assertNotNull(directory.binding("a@x", "r"), "here it is applied already");
        waiting.get(0).complete(null);
        assertEquals(2, now(bind).index());
        assertEquals(A, now(bind).node());
        assertEquals(1, directory.bindings("a@x").size());
        assertEquals(1, directory.size());
        now(directory.update("a@x", "r", "s1", new byte[] {1}));
        now(directory.unbind("a@x", "r", "s1"));
        assertEquals(0, directory.size());
    }

    @Test
    void attachCompletesWhenItIsAppliedEverywhere() {
        assertNull(directory.active("cb1.x"));
        CompletableFuture<Attachment> first = directory.attach("cb1.x", "c1").toCompletableFuture();
        CompletableFuture<Attachment> second = directory.attach("cb1.x", "c2").toCompletableFuture();
        assertFalse(first.isDone());
        waiting.forEach(everywhere -> everywhere.complete(null));
        assertEquals(new Attachment("cb1.x", A, "c2", 3), directory.active("cb1.x"));
        assertEquals(List.of(now(second), now(first)), directory.attachments("cb1.x"));
        now(directory.detach("cb1.x", "c2"));
        assertEquals(now(first), directory.active("cb1.x"));
    }

    @Test
    void aDeposedNodeCannotBind() {
        now(nodes.lost(A, 1));
        assertUnavailable(directory.bind("a@x", "r", "s1", NONE));
        assertUnavailable(directory.attach("cb1.x", "c1"));
        assertEquals(0, waiting.size());
        assertEquals(0, directory.size());
    }

    @Test
    void aClaimThatFailedOnTheWayIsGivenBack() {
        CompletionStage<Binding> bind = directory.bind("a@x", "r", "s1", NONE);
        CompletionStage<Attachment> attach = directory.attach("cb1.x", "c1");
        waiting.forEach(
                everywhere -> everywhere.completeExceptionally(new ClusterUnavailableException("lost the cluster")));
        assertUnavailable(bind);
        assertUnavailable(attach);
        assertNull(directory.binding("a@x", "r"));
        assertNull(directory.active("cb1.x"));
    }

    @Test
    void aClaimThatArrivesAfterItFailedIsGivenBack() {
        log.refuse("no answer in time");
        assertUnavailable(directory.bind("a@x", "r", "s1", NONE));
        assertUnavailable(directory.attach("cb1.x", "c1"));
        log.refuse(null);
        log.submit(CommandCodec.encode(new Command.Bind(A, 1, "a@x", "r", "s1", NONE)));
        log.submit(CommandCodec.encode(new Command.Attach(A, 1, "cb1.x", "c1")));
        assertEquals(5, state.appliedIndex(), "up, the two claims, and two entries that take them back");
        assertEquals(0, directory.size());
        assertNull(directory.active("cb1.x"));
    }

    @Test
    void entriesAboutNodesHaveTypedAnswers() {
        assertTrue(now(nodes.up(Machine.member(B, 2))).done());
        assertEquals(
                StateNodes.Verdict.ADDRESS_TAKEN,
                now(nodes.up(Machine.member(B, 1))).verdict());
        assertEquals(StateNodes.Verdict.NOTHING, now(nodes.lost(B, 77)).verdict());
        assertEquals(StateNodes.Verdict.DONE, now(nodes.gone(B)).verdict());
        assertEquals(
                StateNodes.Verdict.REMOVED, now(nodes.up(Machine.member(B, 2))).verdict());
    }

    private static <T> T now(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        assertTrue(future.isDone());
        return future.join();
    }

    private static void assertUnavailable(CompletionStage<?> stage) {
        CompletionException failure = assertThrows(CompletionException.class, () -> now(stage));
        assertInstanceOf(ClusterUnavailableException.class, failure.getCause());
    }
}
