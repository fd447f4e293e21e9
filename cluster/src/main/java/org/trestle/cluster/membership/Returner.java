package org.trestle.cluster.membership;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks, as a guest, what this node still is to its cluster: members do not listen to those they removed. */
public final class Returner {
    private final Host host;
    private final Guests guests;

    public Returner(Host host, Guests guests) {
        this.host = host;
        this.guests = guests;
    }

    /** The answer of the first member that gives one; null when none does. */
    public CompletionStage<@Nullable Standing> standing() {
        List<Hello.Member> members = new ArrayList<>();
        try {
            members.addAll(Book.read(new Places(host.data()).present));
        } catch (IOException unreadable) {
            return CompletableFuture.failedFuture(unreadable);
        }
        byte[] question = Standing.question(host.self());
        CompletionStage<@Nullable Standing> answer = CompletableFuture.failedFuture(new IOException("nobody to ask"));
        for (Hello.Member member : members) {
            if (!member.id().equals(host.self())) {
                answer = answer.exceptionallyCompose(failure -> guests.ask(
                                member.cluster(), host.authority(), FrontDesk.STANDING, binding -> question)
                        .thenApply(Standing::decode));
            }
        }
        return answer.exceptionally(nobody -> null);
    }
}
