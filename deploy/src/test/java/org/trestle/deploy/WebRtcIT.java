package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two peers of a browser that may only use relayed candidates send each other audio, video and data through the relay; the
 * page is {@code src/test/resources/webrtc.html}.
 */
final class WebRtcIT {
    @TempDir
    static Path directory;

    private static TurnProcess relay;
    private static HttpServer pages;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Programs.need("chromium", "chromedriver");
        relay = TurnProcess.start(directory);
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        byte[] page = Files.readAllBytes(Path.of("src/test/resources/webrtc.html"));
        pages.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.start();
        browser = started();
        browser.open("http://127.0.0.1:" + pages.getAddress().getPort() + "/");
    }

    /** A browser that is there but does not start is this machine's matter, not the relay's. */
    private static Browser started() {
        try {
            return Browser.start(directory);
        } catch (IOException unusable) {
            return abort("skipped: chromium does not start: " + unusable.getMessage());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (pages != null) {
            pages.stop(0);
        }
        if (relay != null) {
            relay.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"turn, udp, udp", "turn, tcp, tcp", "turns, tcp, tls"})
    void carriesAudioVideoAndData(String scheme, String transport, String leg) throws IOException {
        int port = scheme.equals("turns") ? relay.tlsPort() : relay.port();
        String url = scheme + ":127.0.0.1:" + port + "?transport=" + transport;
        String result = browser.call(
                "call(arguments[0], arguments[1], arguments[2]).then(arguments[3])",
                url,
                TurnProcess.USER,
                TurnProcess.PASSWORD);
        assertTrue(result.startsWith("carried by relay/" + leg), () -> result + "\n" + relay.output());
    }
}
