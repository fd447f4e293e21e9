package org.trestle.node.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.turn.journal.Printable;

/** What a command answers, in the operator's words and as one JSON object. */
public interface Answer {

    /** Lines, each ended. */
    String text();

    /** The members of the object; the caller opens and closes it. */
    void json(JsonGenerator json) throws IOException;

    /** Whether the exit code is 0. */
    default boolean success() {
        return true;
    }

    /** The whole JSON object in one line. */
    default String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json(json);
            json.writeEndObject();
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return text.append('\n').toString();
    }

    /** A change that was made, in words; each line begins with SUCCESS. */
    record Done(List<String> lines) implements Answer {
        public Done {
            lines = List.copyOf(lines);
        }

        static Done of(String... lines) {
            return new Done(List.of(lines));
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            lines.forEach(
                    line -> text.append("SUCCESS: ").append(Printable.of(line)).append('\n'));
            return lines.isEmpty() ? "SUCCESS\n" : text.toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeBooleanField("success", true);
            json.writeArrayFieldStart("messages");
            for (String line : lines) {
                json.writeString(line);
            }
            json.writeEndArray();
        }
    }

    /** Steps that were done and steps that could not be done; a failed one makes the whole a failure. */
    record Checks(List<Check> checks) implements Answer {

        /** One step. */
        record Check(boolean success, String message) {}

        public Checks {
            checks = List.copyOf(checks);
        }

        @Override
        public boolean success() {
            return checks.stream().allMatch(Check::success);
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (Check check : checks) {
                text.append(check.success() ? "SUCCESS: " : "FAILURE: ")
                        .append(Printable.of(check.message()))
                        .append('\n');
            }
            return text.toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeBooleanField("success", success());
            json.writeArrayFieldStart("checks");
            for (Check check : checks) {
                json.writeStartObject();
                json.writeBooleanField("success", check.success());
                json.writeStringField("message", check.message());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** A command that could not be done. */
    record Failed(String message) implements Answer {
        @Override
        public boolean success() {
            return false;
        }

        @Override
        public String text() {
            return "FAILURE: " + Printable.of(message) + "\n";
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeBooleanField("success", false);
            json.writeStringField("error", message);
        }
    }

    /** Plain words, such as help. */
    record Words(String text) implements Answer {
        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeStringField("text", text);
        }
    }

    /** Values that get a line each, with the same label. */
    record Each(List<String> values) {
        public Each {
            values = List.copyOf(values);
        }
    }

    /**
     * One labelled value.
     *
     * @param value text, number, boolean, a list of texts, such a list with a line for each, or null for what is not set
     */
    record Field(String label, String name, @Nullable Object value) {
        /** What stands in its lines. */
        List<String> lines() {
            return value instanceof Each each && !each.values().isEmpty() ? each.values() : List.of(shown());
        }

        private String shown() {
            if (value instanceof List<?> list) {
                return list.isEmpty()
                        ? "none"
                        : String.join(" ", list.stream().map(String::valueOf).toList());
            }
            return value == null || value instanceof Each ? "none" : value.toString();
        }
    }

    /** Labelled values, one a line, their colons below each other. */
    record Fields(List<Field> fields) implements Answer {
        public Fields {
            fields = List.copyOf(fields);
        }

        @Override
        public String text() {
            int width = fields.stream()
                    .mapToInt(field -> field.label().length())
                    .max()
                    .orElse(0);
            StringBuilder text = new StringBuilder();
            for (Field field : fields) {
                for (String line : field.lines()) {
                    text.append(field.label())
                            .append(" ".repeat(width - field.label().length()))
                            .append(" : ")
                            .append(Printable.of(line))
                            .append('\n');
                }
            }
            return text.toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            for (Field field : fields) {
                json.writeFieldName(field.name());
                write(json, field.value());
            }
        }

        private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
            if (value instanceof Each each) {
                write(json, each.values());
            } else if (value == null) {
                json.writeNull();
            } else if (value instanceof Boolean flag) {
                json.writeBoolean(flag);
            } else if (value instanceof Number number) {
                json.writeNumber(number.longValue());
            } else if (value instanceof List<?> list) {
                json.writeStartArray();
                for (Object item : list) {
                    write(json, item);
                }
                json.writeEndArray();
            } else {
                json.writeString(value.toString());
            }
        }
    }

    /** Several of a kind, each after a line of stars; {@code none} is said when there are none. */
    record Blocks(String name, List<Fields> blocks, String none) implements Answer {
        public Blocks {
            blocks = List.copyOf(blocks);
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            blocks.forEach(block -> text.append("***\n").append(block.text()));
            return blocks.isEmpty() ? none + "\n" : text.toString();
        }

        @Override
        public void json(JsonGenerator json) throws IOException {
            json.writeArrayFieldStart(name);
            for (Fields block : blocks) {
                json.writeStartObject();
                block.json(json);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }
}
