package org.trestle.xmpp.session;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.stream.BindResult;
import org.trestle.xmpp.stream.ClientStream;

/**
 * Binds resources (RFC 6120 7): one entry of the log each. What becomes of one that is taken, the operator's policy says; the
 * log has the last word, because two nodes may both find a resource free.
 */
final class ResourceClaims {
    /** A resource that was renamed is taken again only when somebody guesses; it is not tried for ever. */
    private static final int MOST_NAMES = 3;

    private static final StanzaError TAKEN =
            StanzaError.of(Condition.CONFLICT, "another session of this account has this resource");

    private final Sessions sessions;
    private final Cluster cluster;
    private final Endpoints endpoints;
    private final SessionSettings settings;
    private final RandomNames names = new RandomNames();

    ResourceClaims(Sessions sessions, Cluster cluster, Endpoints endpoints, SessionSettings settings) {
        this.sessions = sessions;
        this.cluster = cluster;
        this.endpoints = endpoints;
        this.settings = settings;
    }

    /** A claim under way, and what its client waits for. */
    private record Claim(ClientStream stream, ConflictPolicy policy, int names, CompletableFuture<BindResult> result) {}

    CompletionStage<BindResult> bind(ClientStream stream, BareJid account, @Nullable String resource) {
        CompletableFuture<BindResult> result = new CompletableFuture<>();
        FullJid jid;
        try {
            jid = account.withResource(resource == null ? names.of(8) : resource);
        } catch (IllegalArgumentException illegal) {
            result.complete(refused(StanzaError.of(Condition.BAD_REQUEST, "the resource is not a legal one")));
            return result;
        }
        Claim claim = new Claim(stream, settings.conflicts(), 1, result);
        if (isTaken(jid)) {
            taken(claim, jid);
        } else {
            claim(claim, jid);
        }
        return result;
    }

    BindResult refused(StanzaError error) {
        sessions.context().meters().refused();
        return new BindResult.Refused(error);
    }

    /** By a session that is not known to wait for a connection. */
    private boolean isTaken(FullJid jid) {
        Binding binding = cluster.directory().binding(jid.bareJid().toString(), jid.resource());
        return binding != null && !binding.session().equals(waiting(binding));
    }

    /** The identity of the session that has this entry, when it waits for a connection; else null. */
    private @Nullable String waiting(@Nullable Binding binding) {
        return binding != null
                        && endpoints.get(binding.session()) instanceof ClientSession session
                        && session.isWaiting()
                ? session.id()
                : null;
    }

    private void taken(Claim claim, FullJid jid) {
        switch (claim.policy) {
            case REPLACE -> claim(claim, jid);
            case REFUSE -> claim.result.complete(refused(TAKEN));
            case RENAME -> {
                if (claim.names > MOST_NAMES) {
                    claim.result.complete(refused(TAKEN));
                } else {
                    claim(new Claim(claim.stream, claim.policy, claim.names + 1, claim.result), names.renamed(jid));
                }
            }
        }
    }

    private void claim(Claim claim, FullJid jid) {
        Directory directory = cluster.directory();
        String account = jid.bareJid().toString();
        Binding former = directory.binding(account, jid.resource());
        int most = settings.mostSessions();
        if (former == null && directory.bindings(account).size() >= most) {
            claim.result.complete(refused(StanzaError.of(
                    Condition.RESOURCE_CONSTRAINT, "this account has " + most + " sessions, no more are allowed")));
            return;
        }
        ClientSession session = new ClientSession(cluster.self() + "." + names.of(8), jid, claim.stream, sessions);
        if (former != null && !former.node().equals(cluster.self())) {
            session.tookOver();
        }
        sessions.begun(session);
        CompletionStage<Optional<Binding>> bound = claim.policy == ConflictPolicy.REPLACE
                ? directory
                        .bind(account, jid.resource(), session.id(), Availability.connected())
                        .thenApply(Optional::of)
                : directory.bindFree(account, jid.resource(), session.id(), Availability.connected(), waiting(former));
        bound.whenComplete((binding, failed) -> session.onLoop(() -> {
            if (failed != null || session.isClosed()) {
                failed(claim, session);
            } else if (binding.isEmpty()) {
                // Somebody was faster; there is no entry of this session.
                session.bound();
                session.closed();
                taken(claim, jid);
            } else {
                session.bound();
                claim.result.complete(new BindResult.Bound(jid, session.connection()));
            }
        }));
    }

    /** Whether the entry was written is not known, so it is taken back, after whatever wrote it. */
    private void failed(Claim claim, ClientSession session) {
        claim.result.complete(
                refused(StanzaError.of(Condition.RESOURCE_CONSTRAINT, "the cluster did not answer; try again")));
        session.closed();
        sessions.giveBack(session.address(), session.id());
    }
}
