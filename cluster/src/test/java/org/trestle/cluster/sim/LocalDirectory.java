package org.trestle.cluster.sim;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.Subscription;

/** The session directory of a cluster of one, in memory: every write is complete when the call returns. */
public final class LocalDirectory implements Directory {
    private final LocalNode node;

    public LocalDirectory() {
        this(new LocalNode());
    }

    public LocalDirectory(LocalNode node) {
        this.node = node;
    }

    /** From now on every write fails with this message, as without a quorum; null lets them through again. */
    public void refuse(@Nullable String message) {
        node.refuse(message);
    }

    @Override
    public CompletionStage<Binding> bind(String account, String resource, String session, byte[] attributes) {
        return node.directory().bind(account, resource, session, attributes);
    }

    @Override
    public CompletionStage<Optional<Binding>> bindFree(
            String account, String resource, String session, byte[] attributes, @Nullable String instead) {
        return node.directory().bindFree(account, resource, session, attributes, instead);
    }

    @Override
    public CompletionStage<Void> update(String account, String resource, String session, byte[] attributes) {
        return node.directory().update(account, resource, session, attributes);
    }

    @Override
    public CompletionStage<Void> unbind(String account, String resource, String session) {
        return node.directory().unbind(account, resource, session);
    }

    @Override
    public CompletionStage<Attachment> attach(String domain, String connection) {
        return node.directory().attach(domain, connection);
    }

    @Override
    public CompletionStage<Void> detach(String domain, String connection) {
        return node.directory().detach(domain, connection);
    }

    @Override
    public @Nullable Binding binding(String account, String resource) {
        return node.directory().binding(account, resource);
    }

    @Override
    public List<Binding> bindings(String account) {
        return node.directory().bindings(account);
    }

    @Override
    public @Nullable Attachment active(String domain) {
        return node.directory().active(domain);
    }

    @Override
    public List<Attachment> attachments(String domain) {
        return node.directory().attachments(domain);
    }

    @Override
    public int size() {
        return node.directory().size();
    }

    @Override
    public Subscription listen(Listener listener) {
        return node.directory().listen(listener);
    }
}
