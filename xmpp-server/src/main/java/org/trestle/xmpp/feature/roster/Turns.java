package org.trestle.xmpp.feature.roster;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.trestle.xmpp.jid.BareJid;

/** What is done for one account on this node is done one after the other, in the order in which it came. Any thread. */
final class Turns {
    private final Map<BareJid, CompletableFuture<?>> last = new ConcurrentHashMap<>();

    <T> CompletionStage<T> take(BareJid account, Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> turn = new CompletableFuture<>();
        CompletableFuture<?> before = last.put(account, turn);
        Runnable begin = () -> work.get().whenComplete((result, failed) -> {
            last.remove(account, turn);
            if (failed == null) {
                turn.complete(result);
            } else {
                turn.completeExceptionally(failed);
            }
        });
        if (before == null) {
            begin.run();
        } else {
            before.whenCompleteAsync((done, failed) -> begin.run());
        }
        return turn;
    }
}
