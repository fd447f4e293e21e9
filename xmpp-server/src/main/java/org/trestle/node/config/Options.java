package org.trestle.node.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads single options and says what is wrong with one: file, line, name, value, expected. */
final class Options {
    private static final int MAX_LENGTH_SHOWN = 60;

    /** Options whose values no message repeats. */
    private static final Set<String> SECRETS = Set.of("trestle.turn.users", "trestle.turn.keys");

    private final Config config;

    Options(Config config) {
        this.config = config;
    }

    /** Refuses every name of {@code given} that {@code known} does not have. */
    static void refuseUnknown(ConfigObject given, ConfigObject known, String path) throws ConfigurationException {
        for (var entry : given.entrySet()) {
            String name = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            ConfigValue expected = known.get(entry.getKey());
            if (expected == null) {
                List<String> near = Words.near(entry.getKey(), known.keySet());
                String hint = near.isEmpty()
                        ? "known here: "
                                + String.join(
                                        ", ", known.keySet().stream().sorted().toList())
                        : "did you mean " + Words.alternatives(near) + "?";
                throw new ConfigurationException(
                        where(entry.getValue().origin()) + "there is no option " + name + "; " + hint);
            }
            if (expected instanceof ConfigObject section) {
                if (!(entry.getValue() instanceof ConfigObject inner)) {
                    throw wrong(name, entry.getValue(), "a section: " + name + " { … }");
                }
                refuseUnknown(inner, section, name);
            }
        }
    }

    String text(String name) throws ConfigurationException {
        String text = read(name, "a text", () -> config.getString(name));
        if (text.isBlank()) {
            throw wrong(name, value(name), "a text that is not empty");
        }
        return text;
    }

    @Nullable
    String textOrNull(String name) throws ConfigurationException {
        return value(name).valueType() == ConfigValueType.NULL ? null : text(name);
    }

    /** A file name; a relative one starts at the directory of the file that says it. */
    Path path(String name) throws ConfigurationException {
        Path path = read(name, "a file name", () -> Path.of(config.getString(name)));
        String file = value(name).origin().filename();
        Path parent = file == null ? null : Path.of(file).toAbsolutePath().getParent();
        return (parent == null ? path.toAbsolutePath() : parent.resolve(path)).normalize();
    }

    @Nullable
    Path pathOrNull(String name) throws ConfigurationException {
        return value(name).valueType() == ConfigValueType.NULL ? null : path(name);
    }

    int port(String name) throws ConfigurationException {
        return number(name, "a port, 1 to 65535", 1, 65535);
    }

    int portOr(String name, int other) throws ConfigurationException {
        return value(name).valueType() == ConfigValueType.NULL
                ? other
                : number(name, "a port, 1 to 65535, or null", 1, 65535);
    }

    int count(String name, int least, int most) throws ConfigurationException {
        return number(name, "a number, " + least + " to " + most, least, most);
    }

    int bytes(String name, int least, int most) throws ConfigurationException {
        String expected = "a size, " + least + " to " + most + " bytes, such as 64 KiB";
        long bytes = read(name, expected, () -> config.getBytes(name));
        if (bytes < least || bytes > most) {
            throw wrong(name, value(name), expected);
        }
        return (int) bytes;
    }

    Duration duration(String name, Duration least, Duration most) throws ConfigurationException {
        String expected = "a time with its unit, " + least.toMillis() + " ms to " + most.toMillis()
                + " ms, such as 500 ms or 2 s";
        if (value(name).valueType() == ConfigValueType.NUMBER) {
            throw wrong(name, value(name), expected);
        }
        Duration duration = read(name, expected, () -> config.getDuration(name));
        if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw wrong(name, value(name), expected);
        }
        return duration;
    }

    /** A number of bytes that may be 0. */
    long size(String name, long most) throws ConfigurationException {
        String expected = "a size, 0 to " + most + " bytes, such as 512 KiB";
        long bytes = read(name, expected, () -> config.getBytes(name));
        if (bytes < 0 || bytes > most) {
            throw wrong(name, value(name), expected);
        }
        return bytes;
    }

    /** PEM files in the section {@code prefix}; a key and a certificate go together. */
    NodeConfig.Tls keyAndCertificate(String prefix) throws ConfigurationException {
        NodeConfig.Tls tls = new NodeConfig.Tls(
                pathOrNull(prefix + "key"), pathOrNull(prefix + "certificate"), pathOrNull(prefix + "bundle"));
        if ((tls.key() == null) != (tls.certificate() == null)) {
            String missing = prefix + (tls.key() == null ? "key" : "certificate");
            String present = prefix + (tls.key() == null ? "certificate" : "key");
            throw wrong(present, missing + " beside it: a key and a certificate go together");
        }
        return tls;
    }

    boolean flag(String name) throws ConfigurationException {
        return read(name, "true or false", () -> config.getBoolean(name));
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) throws ConfigurationException {
        List<String> words = java.util.Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        String expected = Words.alternatives(words);
        return read(
                name, expected, () -> Enum.valueOf(type, config.getString(name).toUpperCase(Locale.ROOT)));
    }

    <T> List<T> list(String name, String expected, Function<String, T> read) throws ConfigurationException {
        return this.<List<T>>read(
                name,
                expected,
                () -> config.getStringList(name).stream().map(read).toList());
    }

    ConfigurationException wrong(String name, String expected) {
        return wrong(name, value(name), expected);
    }

    private int number(String name, String expected, int least, int most) throws ConfigurationException {
        double exact = read(name, expected, () -> config.getDouble(name));
        int number = (int) exact;
        if (number != exact || number < least || number > most) {
            throw wrong(name, value(name), expected);
        }
        return number;
    }

    private <T> T read(String name, String expected, Supplier<T> reading) throws ConfigurationException {
        try {
            return reading.get();
        } catch (ConfigException | IllegalArgumentException unreadable) {
            throw wrong(name, value(name), expected);
        }
    }

    private ConfigValue value(String name) {
        ConfigValue value = config.root();
        for (String part : name.split("\\.", -1)) {
            value = java.util.Objects.requireNonNull(((ConfigObject) value).get(part), name);
        }
        return value;
    }

    private static ConfigurationException wrong(String name, ConfigValue value, String expected) {
        if (SECRETS.contains(name)) {
            return new ConfigurationException(where(value.origin()) + name + " (not shown), expected " + expected);
        }
        String shown = value.render(com.typesafe.config.ConfigRenderOptions.concise());
        if (shown.length() > MAX_LENGTH_SHOWN) {
            shown = shown.substring(0, MAX_LENGTH_SHOWN) + "…";
        }
        return new ConfigurationException(where(value.origin()) + name + " = " + shown + ", expected " + expected);
    }

    /** "trestle.conf, line 7: ". */
    static String where(ConfigOrigin origin) {
        String file = origin.filename();
        if (file == null && origin.url() != null) {
            file = Path.of(URI.create(origin.url().toString()).getSchemeSpecificPart())
                    .getFileName()
                    .toString();
        }
        String line = origin.lineNumber() > 0 ? ", line " + origin.lineNumber() : "";
        return (file == null ? origin.description() : file + line) + ": ";
    }
}
