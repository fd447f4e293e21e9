package org.trestle.cluster.membership;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.MembershipException;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.api.Tables;
import org.trestle.cluster.pki.TrustBundle;
import org.trestle.cluster.transport.TlsCredential;

/**
 * The way without tokens: one bundle of certificates, installed on the newcomer and on any member, whose holders let each
 * other in. What this node shows is whichever of its certificates is in the bundle: that of its services, as in the older
 * product, or the node's own. Any thread; answers from memory.
 */
public final class Trust implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);

    private final Tables tables;
    private final Supplier<@Nullable TlsCredential> ofServices;
    private final Supplier<@Nullable TlsCredential> ofNode;
    private final Subscription watching;
    private volatile @Nullable TrustBundle bundle;

    public Trust(
            Tables tables, Supplier<@Nullable TlsCredential> ofServices, Supplier<@Nullable TlsCredential> ofNode) {
        this.tables = tables;
        this.ofServices = ofServices;
        this.ofNode = ofNode;
        watching = tables.watch(Rows.TABLE, (before, after) -> {
            Row row = after == null ? before : after;
            if (row != null && row.key().equals(Rows.TRUST)) {
                bundle = after == null ? null : read(after);
            }
        });
    }

    private static @Nullable TrustBundle read(Row row) {
        try {
            return TrustBundle.parse(new String(row.value(), StandardCharsets.US_ASCII));
        } catch (IOException unreadable) {
            LOG.warn("the trust bundle in the cluster's state is not used: {}", unreadable.getMessage());
            return null;
        }
    }

    CompletionStage<Void> install(String pem) {
        try {
            byte[] row = TrustBundle.parse(pem).encode();
            Change change = Change.of().put(Rows.TABLE, Rows.TRUST, row).build();
            return tables.commit(change).thenAccept(outcome -> {});
        } catch (IOException refusal) {
            return Steps.refuse(Steps.words(refusal));
        }
    }

    /** How this node joins without a token. */
    Door door() throws MembershipException {
        TrustBundle trusted = bundle;
        if (trusted == null) {
            throw new MembershipException("joining needs a token, or a trust bundle. Print a token on a member with "
                    + "\"xmpp cluster invite\" and add it to the command; or install the certificates of all nodes on both "
                    + "with \"xmpp cluster trust <bundle>\".");
        }
        TlsCredential own = credential();
        if (own == null) {
            throw new MembershipException(
                    "none of this node's certificates is in the trust bundle, so the member would not "
                            + "believe it. Add the certificate of \"xmpp certs\" of this node to the bundle, and install it again "
                            + "on both.");
        }
        return new Door.Trusted(own, trusted);
    }

    /** What this node shows to others of the bundle; null when it holds no certificate of it. */
    public @Nullable TlsCredential credential() {
        TrustBundle trusted = bundle;
        if (trusted == null) {
            return null;
        }
        for (TlsCredential own : new TlsCredential[] {ofServices.get(), ofNode.get()}) {
            if (own != null && trusted.contains(own.chain().get(0))) {
                return own;
            }
        }
        return null;
    }

    /** Whether the bundle holds this certificate. */
    public boolean trusts(X509Certificate certificate) {
        TrustBundle trusted = bundle;
        return trusted != null && trusted.contains(certificate);
    }

    @Override
    public void close() {
        watching.close();
    }
}
