package org.trestle.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.File;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The log as a node of the distribution writes it. */
final class LogLinesTest {
    @Test
    void aMessageIsOneLineAndActsOnNoTerminal() throws Exception {
        LoggerContext context = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new File("src/dist/conf/logback.xml"));
        ConsoleAppender<ILoggingEvent> console =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("console");
        LoggingEvent event = new LoggingEvent(
                "test", context.getLogger("org.trestle.Login"), Level.INFO, "user={} refused", null, new Object[] {
                    "eve\n2026 INFO x\u001b[2J\u202e ü"
                });
        String line = new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
        assertTrue(line.endsWith(" Login user=eve?2026 INFO x?[2J? ü refused\n"), line);
        assertEquals(1, line.lines().count());
        context.stop();
    }
}
