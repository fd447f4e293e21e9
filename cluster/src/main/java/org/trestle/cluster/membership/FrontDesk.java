package org.trestle.cluster.membership;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.pki.ClusterCa;
import org.trestle.cluster.pki.StoredInvite;

/**
 * The member's side: admits nodes that hold an invitation, says what a newcomer would lose, tells those who come back
 * that they were removed, and takes members out. Only the leader admits, for it knows best who is alive; others pass the
 * question on.
 */
public final class FrontDesk {
    private static final String AGAIN = " Print a new one on a member with \"xmpp cluster invite\".";

    private static final Logger LOG = LoggerFactory.getLogger(FrontDesk.class);

    /** Members pass a newcomer's question on to the leader. */
    public static final String RELAY = "member.hello";

    /** A member asks to be taken out. */
    public static final String REMOVE = "member.remove";

    /** Guests ask what they are to this cluster. */
    public static final String STANDING = "member.standing";

    /** How long an admitted node may take to become a member. */
    private static final Duration ADMISSION = Duration.ofHours(1);

    /** A member says where it is, before it can say so through the log. */
    public static final String MOVED = "member.moved";

    private final Host host;
    private final Removal removal;

    public FrontDesk(Host host, CrashPoint crashes) {
        this.host = host;
        this.removal = new Removal(host, crashes);
    }

    /** A newcomer's question as members pass it on. */
    private record Question(boolean trusted, byte[] binding, byte[] proven) {}

    /** Whether somebody may come who is no member: one who was invited, or one who was removed and does not know. */
    public boolean expectsGuests() {
        return !Rows.invitations(host.tables()).isEmpty()
                || !Rows.removed(host.tables()).isEmpty();
    }

    /**
     * Answers {@link Hello#SUBJECT} of a guest.
     *
     * @param binding the SHA-256 of the certificate shown to it
     * @param trusted whether it showed a certificate of the trust bundle, and needs no invitation
     */
    public CompletionStage<byte[]> hello(byte[] proven, byte[] binding, boolean trusted) {
        NodeId leader = host.log().status().leader();
        if (leader == null) {
            return answer(later("the cluster has no leader at this moment, so it cannot take a node in"));
        }
        byte[] relayed = Packer.pack(out -> {
            out.writeBoolean(trusted);
            Packer.bytes(out, binding);
            Packer.bytes(out, proven);
        });
        return leader.equals(host.self()) ? relayed(relayed) : host.ask(leader, RELAY, relayed);
    }

    /** Answers {@link #RELAY} of a member. */
    public CompletionStage<byte[]> relayed(byte[] message) {
        Question asked =
                Packer.unpack(message, in -> new Question(in.readBoolean(), Packer.bytes(in), Packer.bytes(in)));
        if (!host.log().status().leading()) {
            return answer(later("the leader is changing"));
        }
        Hello.Proven proven = Hello.Proven.decode(asked.proven());
        Hello.Request request = Hello.Request.decode(proven.question());
        return host.tables()
                .barrier()
                .thenComposeAsync(read -> admit(request, proven, asked), host.files())
                .exceptionally(failure -> later(Steps.words(failure)))
                .thenApply(Hello.Answer::encode);
    }

    private CompletionStage<Hello.Answer> admit(Hello.Request request, Hello.Proven proven, Question asked) {
        Row row = Rows.invitationRow(host.tables(), request.invitation());
        String refusal = asked.trusted() ? null : invitation(row, request.id(), proven, asked.binding());
        if (refusal != null) {
            return done(Hello.Answer.no(Hello.Verdict.REFUSED, refusal));
        }
        List<Peer> peers = host.status().peers();
        String against = Verdicts.join(peers, request.id(), request.cluster(), request.force());
        Peer holder = Verdicts.holder(peers, request.id(), request.cluster());
        if (against != null) {
            boolean mayDie = holder != null && holder.up();
            return done(Hello.Answer.no(mayDie ? Hello.Verdict.LATER : Hello.Verdict.REFUSED, against));
        }
        CompletionStage<Void> cleared = CompletableFuture.completedFuture(null);
        if (holder != null) {
            LOG.info(
                    "{} is down, and node={} takes its place at {}",
                    Verdicts.named(holder),
                    request.id(),
                    request.cluster());
            cleared = removal.takeOut(holder.id(), holder.name());
        }
        return cleared.thenCompose(free -> host.tables().commit(admission(row, request)))
                .thenApply(outcome -> {
                    if (!outcome.applied()) {
                        return later("another node used the invitation at the same moment");
                    }
                    LOG.info("admitted node={} name={} address={}", request.id(), request.name(), request.cluster());
                    return certified(request);
                });
    }

    /** What is wrong with a proof, or null. */
    private @Nullable String unproven(@Nullable Row row, Hello.Proven proven, byte[] binding) {
        if (row == null) {
            return "this cluster knows no such invitation: it expired long ago, or was never made here." + AGAIN;
        }
        Rows.Invitation invitation = invitation(row);
        Instant now = host.timers().now();
        if (!now.isBefore(invitation.expires())) {
            return "the invitation expired at " + invitation.expires() + "." + AGAIN;
        }
        StoredInvite stored = new StoredInvite(invitation.id(), invitation.digest(), invitation.expires());
        return stored.accepts(proven.proof(), proven.question(), binding, now)
                ? null
                : "the token does not prove the invitation." + AGAIN;
    }

    private static Rows.Invitation invitation(Row row) {
        return Rows.Invitation.decode(row.key().substring(row.key().indexOf('/') + 1), row.value());
    }

    /** What is wrong with an invitation, or null. */
    private @Nullable String invitation(@Nullable Row row, NodeId asker, Hello.Proven proven, byte[] binding) {
        String unproven = unproven(row, proven, binding);
        if (unproven != null || row == null) {
            return unproven;
        }
        Rows.Invitation invitation = invitation(row);
        NodeId usedBy = invitation.usedBy();
        if (usedBy != null && !usedBy.equals(asker)) {
            return "the invitation was used by node " + usedBy + " already, and each lets in one node." + AGAIN;
        }
        return null;
    }

    private Change admission(@Nullable Row row, Hello.Request request) {
        Instant now = host.timers().now();
        Rows.Joining joining = new Rows.Joining(
                request.id(), request.name(), request.cluster(), request.client(), now.plus(ADMISSION));
        Change.Builder change = Change.of().put(Rows.TABLE, Rows.joiningKey(request.id()), joining.encode());
        if (row != null) {
            Rows.Invitation used = Rows.Invitation.decode(request.invitation(), row.value());
            change.put(Rows.TABLE, row.key(), used.usedBy(request.id()).encode(), row.version());
        }
        for (Rows.Invitation old : Rows.invitations(host.tables())) {
            if (!old.id().equals(request.invitation())
                    && old.expires().plus(ADMISSION).isBefore(now)) {
                change.delete(Rows.TABLE, Rows.invitationKey(old.id()));
            }
        }
        for (Rows.Joining old : Rows.joining(host.tables())) {
            boolean replaced = old.cluster().equals(request.cluster()) && !removal.inLog(old.id());
            if (!old.id().equals(request.id()) && (replaced || old.until().isBefore(now))) {
                change.delete(Rows.TABLE, Rows.joiningKey(old.id()));
            }
        }
        return change.build();
    }

    private Hello.Answer certified(Hello.Request request) {
        Row authority = host.tables().get(Rows.TABLE, Rows.CA);
        if (authority == null) {
            return later("the cluster has no authority yet");
        }
        try {
            ClusterCa ca = ClusterCa.decode(authority.value());
            byte[] certificate =
                    ca.issue(request.id(), request.request(), host.timers().now());
            List<Hello.Member> members = new ArrayList<>();
            for (Peer peer : host.status().peers()) {
                if (!peer.id().equals(request.id())) {
                    members.add(new Hello.Member(peer.id(), peer.name(), peer.cluster(), peer.client()));
                }
            }
            return new Hello.Answer(Hello.Verdict.ADMITTED, "", certificate, ca.certificatePem(), members);
        } catch (IOException malformed) {
            return Hello.Answer.no(Hello.Verdict.REFUSED, String.valueOf(malformed.getMessage()));
        }
    }

    /** Answers {@link Compare#SUBJECT} of a guest. */
    public CompletionStage<byte[]> compare(byte[] message, byte[] binding, boolean trusted) {
        Hello.Proven proven = Hello.Proven.decode(message);
        Compare.Question question = Compare.Question.decode(proven.question());
        Row row = Rows.invitationRow(host.tables(), question.invitation());
        if (question.table().equals(Rows.TABLE)) {
            return Steps.refuse("the table \"" + Rows.TABLE + "\" is the cluster's own");
        }
        String unproven = trusted ? null : unproven(row, proven, binding);
        if (unproven != null) {
            return Steps.refuse(unproven);
        }
        return host.tables().barrier().thenApply(read -> Compare.encode(Compare.missing(question, host.tables())));
    }

    /** Answers {@link #STANDING} of a guest. */
    public CompletionStage<byte[]> standing(byte[] message) {
        NodeId asker = Standing.asker(message);
        return host.tables().barrier().thenApply(read -> {
            boolean member = removal.inLog(asker);
            boolean coming = Rows.joining(host.tables()).stream()
                    .anyMatch(joining -> joining.id().equals(asker));
            Rows.Removed removed = Rows.removed(host.tables(), asker);
            if (member || coming) {
                return Standing.MEMBER.encode();
            }
            return removed == null
                    ? Standing.UNKNOWN.encode()
                    : Standing.removed(removed.at(), removed.by()).encode();
        });
    }

    /** Answers {@link #REMOVE}: a member asks for itself. */
    public CompletionStage<byte[]> remove(NodeId from) {
        Peer peer = Verdicts.find(host.status().peers(), from);
        return removal.takeOut(from, peer == null ? from.value() : peer.name()).thenApply(done -> new byte[0]);
    }

    /** Where a member of the log is now, as it said itself: the others could not reach it to let it say so in the log. */
    public static byte[] moved(Hello.Member self) {
        return Packer.pack(out -> {
            out.writeUTF(self.name());
            out.writeUTF(self.cluster().toString());
            out.writeUTF(self.client().toString());
        });
    }

    /** Answers {@link #MOVED}. */
    public CompletionStage<byte[]> moved(NodeId from, byte[] where) {
        Instant until = host.timers().now().plus(ADMISSION);
        Rows.Joining row = Packer.unpack(
                where,
                in -> new Rows.Joining(
                        from,
                        in.readUTF(),
                        NodeAddress.parse(in.readUTF(), 1),
                        NodeAddress.parse(in.readUTF(), 1),
                        until));
        return host.tables()
                .commit(Change.of()
                        .put(Rows.TABLE, Rows.joiningKey(from), row.encode())
                        .build())
                .thenApply(outcome -> new byte[0]);
    }

    private static Hello.Answer later(String words) {
        return Hello.Answer.no(Hello.Verdict.LATER, words);
    }

    private static CompletionStage<Hello.Answer> done(Hello.Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static CompletionStage<byte[]> answer(Hello.Answer answer) {
        return CompletableFuture.completedFuture(answer.encode());
    }
}
