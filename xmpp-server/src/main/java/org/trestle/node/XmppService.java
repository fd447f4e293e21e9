package org.trestle.node;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.command.NodeControl.Serving;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.settings.NodeState;
import org.trestle.node.settings.SharedSettings;
import org.trestle.node.shell.ConsoleException;

/** XMPP on this node: on or off, and where. Changed by one thread at a time, which may block. */
final class XmppService {
    private static final Logger log = LoggerFactory.getLogger(XmppService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final NodeConfig config;
    private final XmppPart.Opener opener;
    private volatile @Nullable XmppPart part;
    private volatile @Nullable String failure;
    private volatile @Nullable String elsewhere;

    XmppService(NodeConfig config, XmppPart.Opener opener) {
        this.config = config;
        this.opener = opener;
    }

    boolean running() {
        return part != null;
    }

    /** Where XMPP listens, or would. */
    Listening listening(NodeState state) throws ConsoleException {
        return Listening.of(state.listen().isEmpty() ? List.of(config.listen().address()) : state.listen());
    }

    void start(NodeState state) throws ConsoleException {
        if (part != null) {
            return;
        }
        try {
            part = await(opener.open(listening(state)));
            failure = null;
        } catch (ConsoleException refused) {
            failure = String.valueOf(refused.getMessage());
            throw refused;
        }
    }

    void stop() throws ConsoleException {
        XmppPart running = part;
        if (running != null) {
            part = null;
            elsewhere = null;
            await(running.close());
            log.info("XMPP has stopped on this node");
        }
    }

    /** Sends clients to another host until this is called with null, or XMPP is stopped. */
    void sendElsewhere(@Nullable String host) throws ConsoleException {
        XmppPart running = part;
        if (running == null) {
            throw new ConsoleException("XMPP does not run on this node, so no clients are here");
        }
        elsewhere = host;
        running.sendElsewhere(host);
    }

    /** Serves a client that has come to a shared port, on its loop; false when XMPP does not run. */
    boolean adopt(Channel channel, InetSocketAddress peer) {
        XmppPart running = part;
        if (running != null) {
            running.adopt(channel, peer);
        }
        return running != null;
    }

    /** For {@code xmpp}: what runs, in words. */
    Serving serving(NodeState state, ServerIdentity identity, SharedSettings settings, BooleanSupplier quorum) {
        List<String> listening =
                state.listen().isEmpty() ? List.of(config.listen().address()) : state.listen();
        return new Serving(
                running(),
                words(state, settings, quorum),
                listening,
                identity.keyFile(),
                identity.certificateFile(),
                identity.bundleFile());
    }

    private String words(NodeState state, SharedSettings settings, BooleanSupplier quorum) {
        String why = failure;
        if (!state.enabled()) {
            return "XMPP server not running (disabled; \"xmpp enable\" starts it)";
        }
        if (!running()) {
            return "XMPP server not running" + (why == null ? "" : ": " + why);
        }
        if (!quorum.getAsBoolean()) {
            return "XMPP server running, but it refuses logins: this node has lost its cluster (\"xmpp cluster status\")";
        }
        if (settings.domain() == null) {
            return "XMPP server running, but it has no domain yet: type \"xmpp domain <domain-name>\"";
        }
        String host = elsewhere;
        return host == null
                ? "XMPP server running"
                : "XMPP server running, but clients are sent to " + host + " (\"xmpp drain off\" takes them again)";
    }

    private static <T> T await(CompletionStage<T> stage) throws ConsoleException {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ConsoleException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new ConsoleException(
                    "XMPP did not start or stop within " + PATIENCE.toSeconds() + " s; type \"xmpp restart\"", late);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ConsoleException("this node is stopping", stopping);
        }
    }
}
