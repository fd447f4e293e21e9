package org.trestle.xmpp.stream;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every dialogue of {@code src/test/dialogues/stream}: once in whole lines, and once byte by byte. */
final class DialogueTest {
    private static final Path DIRECTORY = Path.of("src/test/dialogues/stream");
    private static final TestCertificate CERTIFICATE = TestCertificate.create();

    @BeforeAll
    static void findsLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    record Scene(String title, boolean inPieces, List<String> lines) {
        @Override
        public String toString() {
            return title;
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void inWholeLines(Scene scene) {
        new Dialogue(false, DialogueTest::tls).play(scene.lines);
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void byteByByte(Scene scene) {
        if (scene.inPieces) {
            new Dialogue(true, DialogueTest::tls).play(scene.lines);
        }
    }

    /** A scene begins with {@code == title}; {@code =! title} when it means something else in pieces. */
    static List<Scene> scenes() throws IOException {
        List<Scene> scenes = new ArrayList<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            for (Path file : files.sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.startsWith("== ") || line.startsWith("=! ")) {
                        String title = file.getFileName() + ": " + line.substring(3);
                        scenes.add(new Scene(title, line.startsWith("== "), new ArrayList<>()));
                    } else if (!scenes.isEmpty()) {
                        scenes.get(scenes.size() - 1).lines().add(line);
                    }
                }
            }
        }
        return scenes;
    }

    private static SslContext tls() {
        try {
            return ServerTls.forClients(CERTIFICATE.keys(), List.of(), ServerTls.Provider.JDK);
        } catch (SSLException noTls) {
            throw new IllegalStateException(noTls);
        }
    }
}
