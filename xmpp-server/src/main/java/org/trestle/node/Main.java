package org.trestle.node;

import ch.qos.logback.classic.Level;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.ConfigurationException;
import org.trestle.node.config.NodeConfig;

/** {@code trestle run}: one node until it is told to stop. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);
    private static final String USAGE = """
            trestle run [--config FILE] [--node DIR]
              --config FILE  the node's configuration; without one, the defaults of reference.conf
              --node DIR     its data directory; default: what the configuration says, $TRESTLE_NODE, /var/lib/trestle
            """;

    private Main() {}

    /** What the command line says. */
    private record Arguments(
            @Nullable Path config, @Nullable Path data) {

        static Arguments of(List<String> words) throws ConfigurationException {
            Path config = null;
            Path data = null;
            for (int i = 0; i < words.size(); i++) {
                String word = words.get(i);
                int equals = word.startsWith("--") ? word.indexOf('=') : -1;
                String name = equals < 0 ? word : word.substring(0, equals);
                if (!name.equals("--config") && !name.equals("--node")) {
                    throw new ConfigurationException("there is no option " + word + "\n" + USAGE);
                }
                if (equals < 0 && ++i == words.size()) {
                    throw new ConfigurationException(name + " wants a name after it\n" + USAGE);
                }
                Path value = Path.of(equals < 0 ? words.get(i) : word.substring(equals + 1));
                config = name.equals("--config") ? value : config;
                data = name.equals("--node") ? value : data;
            }
            String environment = System.getenv("TRESTLE_NODE");
            if (data == null && config == null && environment != null && !environment.isEmpty()) {
                data = Path.of(environment);
            }
            return new Arguments(config, data);
        }
    }

    public static void main(String[] words) {
        System.exit(run(List.of(words), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        if (words.contains("--help") || words.contains("-h")) {
            out.print(USAGE);
            return 0;
        }
        NodeConfig config;
        try {
            Arguments arguments = Arguments.of(words);
            config = ConfigFile.load(arguments.config(), arguments.data());
        } catch (ConfigurationException wrong) {
            err.println("trestle: " + wrong.getMessage());
            return 1;
        }
        level(config.logLevel());
        return run(config, err);
    }

    private static int run(NodeConfig config, PrintStream err) {
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Node node = Node.start(config);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node, stopped), "stop"));
            stopped.await();
            return 0;
        } catch (StartException failed) {
            err.println("trestle: this node does not start: " + failed.getMessage());
            return 1;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void stop(Node node, CountDownLatch stopped) {
        log.info("stopping");
        node.close();
        log.info("stopped");
        stopped.countDown();
    }

    private static void level(NodeConfig.LogLevel level) {
        if (LoggerFactory.getLogger("org.trestle") instanceof ch.qos.logback.classic.Logger logger) {
            logger.setLevel(Level.toLevel(level.name()));
        }
    }
}
