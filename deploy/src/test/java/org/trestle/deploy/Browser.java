package org.trestle.deploy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A browser without a screen, told what to do as W3C WebDriver has it; its camera and microphone are made up. */
final class Browser implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(200);
    private static final Pattern PORT = Pattern.compile("started successfully on port ([0-9]+)");
    private static final List<String> SWITCHES = List.of(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            "--allow-loopback-in-peer-connection",
            "--ignore-certificate-errors",
            "--autoplay-policy=no-user-gesture-required",
            "--disable-features=WebRtcHideLocalIpsWithMdns");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String base;
    private String session = "";

    private Browser(Process driver, String base) {
        this.driver = driver;
        this.base = base;
    }

    static Browser start(Path directory) throws IOException {
        Process driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
        Browser browser = new Browser(driver, "http://127.0.0.1:" + port(said));
        Thread reader = new Thread(() -> drain(said), "chromedriver-output");
        reader.setDaemon(true);
        reader.start();
        browser.session = browser.newSession(directory.resolve("browser"));
        return browser;
    }

    /** A driver that nobody listens to would stop at a full pipe. */
    private static void drain(BufferedReader said) {
        try {
            while (said.readLine() != null) {}
        } catch (IOException ended) {
            return; // the driver has ended
        }
    }

    private static String port(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return port.group(1);
            }
        }
        throw new IOException("chromedriver ended without a port");
    }

    private String newSession(Path profile) throws IOException {
        String answer = post("/session", json -> {
            json.writeObjectFieldStart("capabilities");
            json.writeObjectFieldStart("alwaysMatch");
            json.writeBooleanField("acceptInsecureCerts", true);
            json.writeObjectFieldStart("timeouts");
            json.writeNumberField("script", LIMIT.toMillis());
            json.writeEndObject();
            json.writeObjectFieldStart("goog:chromeOptions");
            json.writeArrayFieldStart("args");
            for (String each : SWITCHES) {
                json.writeString(each);
            }
            json.writeString("--user-data-dir=" + profile);
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndObject();
        });
        return "/session/" + field(answer, "sessionId");
    }

    void open(String url) throws IOException {
        post(session + "/url", json -> json.writeStringField("url", url));
    }

    /** Runs a script whose last argument is told its result, which is a text. */
    String call(String script, String... arguments) throws IOException {
        String answer = post(session + "/execute/async", json -> {
            json.writeStringField("script", script);
            json.writeArrayFieldStart("args");
            for (String argument : arguments) {
                json.writeString(argument);
            }
            json.writeEndArray();
        });
        return field(answer, "value");
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private String post(String path, Body body) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        }
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text.toString()))
                .build());
    }

    private String send(HttpRequest request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("chromedriver: " + response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException(stopping);
        }
    }

    /** The first text of this name, at any depth. */
    private static String field(String text, String name) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.VALUE_STRING && name.equals(json.currentName())) {
                    return json.getText();
                }
            }
        }
        throw new IOException("no " + name + " in " + text);
    }

    @Override
    public void close() throws Exception {
        try {
            send(HttpRequest.newBuilder(URI.create(base + session))
                    .timeout(LIMIT)
                    .DELETE()
                    .build());
        } finally {
            driver.destroy();
            if (!driver.waitFor(15, TimeUnit.SECONDS)) {
                driver.destroyForcibly();
            }
        }
    }
}
