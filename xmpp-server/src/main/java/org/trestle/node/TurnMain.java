package org.trestle.node;

import ch.qos.logback.classic.Level;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.ConfigurationException;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.pki.Certificates;
import org.trestle.node.pki.PkiException;
import org.trestle.node.pki.ServerIdentity;
import org.trestle.node.pki.ServerKeys;
import org.trestle.node.pki.Subject;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;
import org.trestle.node.turn.NodeRelay;
import org.trestle.node.turn.RelayAddresses;
import org.trestle.node.turn.RelayPlan;
import org.trestle.turn.credentials.CredentialBook;
import org.trestle.turn.journal.RelayJournal;
import org.trestle.turn.relay.Alternates;

/** {@code trestle turn --config FILE}: the relay alone, with the users and keys of its file. */
public final class TurnMain {
    private static final Logger log = LoggerFactory.getLogger(TurnMain.class);
    private static final long PATIENCE_SECONDS = 10;
    private static final String USAGE = """
            trestle turn --config FILE
              --config FILE  the relay's configuration: trestle.turn { … }; users and keys are in it, too
            """;

    private TurnMain() {}

    public static void main(String[] words) {
        System.exit(run(List.of(words), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        if (words.contains("--help") || words.contains("-h")) {
            out.print(USAGE);
            return 0;
        }
        Path file = file(words);
        if (file == null) {
            err.print(USAGE);
            return 1;
        }
        try {
            NodeConfig config = ConfigFile.load(file, null);
            if (LoggerFactory.getLogger("org.trestle") instanceof ch.qos.logback.classic.Logger logger) {
                logger.setLevel(Level.toLevel(config.logLevel().name()));
            }
            TurnMemory.ask(config.turn());
            warnOfReaders(file, config.turn());
            serve(config);
            return 0;
        } catch (ConfigurationException | ConsoleException | PkiException wrong) {
            err.println("trestle: the relay does not start: " + wrong.getMessage());
            return 1;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static @Nullable Path file(List<String> words) {
        if (words.size() == 1 && words.get(0).startsWith("--config=")) {
            return Path.of(words.get(0).substring("--config=".length()));
        }
        return words.size() == 2 && words.get(0).equals("--config") ? Path.of(words.get(1)) : null;
    }

    private static void warnOfReaders(Path file, TurnConfig turn) {
        boolean secrets = !turn.users().isEmpty() || !turn.keys().isEmpty();
        String complaint = secrets ? SecretFile.complaint(file) : null;
        if (complaint != null) {
            log.warn("{}", complaint);
        }
    }

    private static void serve(NodeConfig config) throws ConsoleException, PkiException, InterruptedException {
        NodeRelay relay = start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            relay.stop("the relay stops").whenComplete((done, failed) -> stopped.countDown());
                            awaitQuietly(stopped);
                            log.info("stopped");
                        },
                        "stop"));
        log.info(
                "READY TURN relay on {} port {}{}",
                relay.plan().words(),
                relay.plan().port(),
                relay.plan().tlsPort() == 0 ? "" : ", TLS " + relay.plan().tlsPort());
        stopped.await();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the relay did not stop in time");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static NodeRelay start(NodeConfig config) throws ConsoleException, PkiException, InterruptedException {
        TurnConfig turn = config.turn();
        RelayPlan plan = RelayAddresses.plan(
                turn,
                TurnState.AS_CONFIGURED,
                config.listen().address(),
                config.node().client().host(),
                words -> Listening.of(words).addresses());
        TurnStart.check(plan);
        CredentialBook users = CredentialBook.of(turn.users());
        CredentialBook book = new CredentialBook(users.users(), turn.keys(), Map.of());
        if (turn.users().isEmpty() && turn.keys().isEmpty()) {
            log.warn("nobody may use this relay: trestle.turn.users and trestle.turn.keys are empty");
        }
        try {
            return NodeRelay.start(
                            plan,
                            new NodeRelay.Parts(
                                    turn.realm() == null ? TurnService.REALM : turn.realm(),
                                    () -> book,
                                    Alternates.NONE,
                                    new RelayJournal(System::currentTimeMillis),
                                    new ServerKeys(identity(turn, plan)),
                                    Set.of(),
                                    List::of))
                    .toCompletableFuture()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new ConsoleException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException late) {
            throw new ConsoleException("its ports did not open within " + PATIENCE_SECONDS + " s", late);
        }
    }

    /** What the configuration names, else a fresh self-signed one for the addresses of the plan. */
    private static ServerIdentity identity(TurnConfig turn, RelayPlan plan) throws PkiException {
        ServerIdentity configured = NodeKeys.configured(turn.tls());
        if (configured != null) {
            return configured;
        }
        Set<String> names = new LinkedHashSet<>();
        for (InetAddress address : plan.listen()) {
            names.add(address.getHostAddress());
        }
        Certificates.KeyAndCertificate made =
                Certificates.selfSigned(Subject.of(List.copyOf(names)), Instant.now(), new SecureRandom());
        return new ServerIdentity(made.key(), List.of(made.certificate()), "self.key", "self.crt", null);
    }
}
