package org.trestle.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the console set for this node alone; kept in {@code node.state} of the data directory.
 *
 * @param enabled whether the node serves XMPP
 * @param clustering whether {@code xmpp cluster enable} was typed; being a member is the cluster's own knowledge
 * @param listen addresses or interfaces to listen on; empty means what the configuration says
 * @param certificate what {@code xmpp certs} installed, or null
 * @param turn what was set for the TURN relay
 */
public record NodeState(
        boolean enabled,
        boolean clustering,
        List<String> listen,
        @Nullable Certificate certificate,
        TurnState turn) {
    private static final String FILE = "node.state";

    /** A node that nobody changed: it serves. */
    public static final NodeState NEW = new NodeState(true, false, List.of(), null, TurnState.AS_CONFIGURED);

    /** Names of files in the node's file area. */
    public record Certificate(
            String key, String certificate, @Nullable String bundle) {

        static @Nullable Certificate read(Config config) {
            return config.hasPath("key")
                    ? new Certificate(
                            config.getString("key"),
                            config.getString("certificate"),
                            config.hasPath("bundle") ? config.getString("bundle") : null)
                    : null;
        }

        void write(Map<String, Object> values) {
            values.put("key", key);
            values.put("certificate", certificate);
            if (bundle != null) {
                values.put("bundle", bundle);
            }
        }
    }

    public NodeState {
        listen = List.copyOf(listen);
    }

    public NodeState withEnabled(boolean value) {
        return new NodeState(value, clustering, listen, certificate, turn);
    }

    public NodeState withClustering(boolean value) {
        return new NodeState(enabled, value, listen, certificate, turn);
    }

    public NodeState withListen(List<String> value) {
        return new NodeState(enabled, clustering, value, certificate, turn);
    }

    public NodeState withCertificate(@Nullable Certificate value) {
        return new NodeState(enabled, clustering, listen, value, turn);
    }

    public NodeState withTurn(TurnState value) {
        return new NodeState(enabled, clustering, listen, certificate, value);
    }

    /** The state in {@code data}; {@link #NEW} when there is none. Fails with words when it cannot be read. */
    public static NodeState read(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return NEW;
        }
        try {
            Config config = ConfigFactory.parseFile(file.toFile());
            return new NodeState(
                    config.getBoolean("enabled"),
                    config.getBoolean("clustering"),
                    config.getStringList("listen"),
                    Certificate.read(config),
                    config.hasPath("turn") ? TurnState.read(config.getConfig("turn")) : TurnState.AS_CONFIGURED);
        } catch (ConfigException damaged) {
            throw new IOException(
                    file + " is damaged (" + damaged.getMessage() + "); remove it to start with the node's defaults",
                    damaged);
        }
    }

    /** Puts the state on disk in one step. */
    public void write(Path data) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("enabled", enabled);
        values.put("clustering", clustering);
        values.put("listen", listen);
        if (certificate != null) {
            certificate.write(values);
        }
        if (!turn.equals(TurnState.AS_CONFIGURED)) {
            values.put("turn", turn.values());
        }
        String text = ConfigFactory.parseMap(values)
                .root()
                .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
        Path fresh = data.resolve(FILE + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** What is different, in words: for each part what it was and what it is. */
    public String difference(NodeState before) {
        List<String> changes = new ArrayList<>();
        changed(changes, "enabled", before.enabled, enabled);
        changed(changes, "clustering", before.clustering, clustering);
        changed(changes, "listen", before.listen, listen);
        changed(changes, "turn", before.turn, turn);
        changed(changes, "certificate", file(before.certificate), file(certificate));
        return String.join(", ", changes);
    }

    private static void changed(List<String> changes, String part, Object before, Object after) {
        if (!before.equals(after)) {
            changes.add(part + " " + before + " -> " + after);
        }
    }

    private static String file(@Nullable Certificate certificate) {
        return certificate == null ? "none" : certificate.certificate();
    }
}
