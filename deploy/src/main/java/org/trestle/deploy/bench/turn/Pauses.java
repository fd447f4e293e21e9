package org.trestle.deploy.bench.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a Java server stood still, as it says itself: {@code -Xlog:safepoint}.
 *
 * @param log where it writes that
 */
record Pauses(Path log) {
    private static final Pattern LINE = Pattern.compile("Safepoint \"(\\w+)\".* Total: +(\\d+) ns");

    /** The names that the collectors of OpenJDK 17 and later give to what they stop the program for. */
    private static final Pattern COLLECTOR = Pattern.compile(
            "(Gen|G1|Parallel|Serial|Z|XMark|XReloc|XVerify|Shenandoah|CleanClassLoader|PSSystem).*|.*(Collect|GC).*");

    /** One time that it stood still. */
    record Pause(String cause, double millis) {

        boolean ofTheCollector() {
            return COLLECTOR.matcher(cause).matches();
        }
    }

    /** The option of the Java that shall be looked at. */
    String option() {
        return "-Xlog:safepoint=info:file=" + log + ":uptime";
    }

    List<Pause> soFar() throws IOException {
        List<Pause> all = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.find()) {
                all.add(new Pause(matcher.group(1), Long.parseLong(matcher.group(2)) / 1e6));
            }
        }
        return all;
    }
}
