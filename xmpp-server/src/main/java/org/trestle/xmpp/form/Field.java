package org.trestle.xmpp.form;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Element;

/**
 * A field of a form (XEP-0004 3.2).
 *
 * @param var its name
 * @param kind null where the form's reader knows it
 * @param label words for people, or null
 * @param required whether a submission without it is refused
 * @param values what it holds, or its default
 * @param options what can be chosen
 */
public record Field(
        String var,
        @Nullable Kind kind,
        @Nullable String label,
        boolean required,
        List<String> values,
        List<Option> options) {

    /** XEP-0004 3.3. */
    public enum Kind {
        BOOLEAN,
        FIXED,
        HIDDEN,
        JID_MULTI,
        JID_SINGLE,
        LIST_MULTI,
        LIST_SINGLE,
        TEXT_MULTI,
        TEXT_PRIVATE,
        TEXT_SINGLE;

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

        /** As it stands in the attribute {@code type}. */
        public String word() {
            return word;
        }
    }

    /** One of the values that can be chosen, with words for people. */
    public record Option(String label, String value) {}

    public Field {
        values = List.copyOf(values);
        options = List.copyOf(options);
    }

    /** A field to fill in. */
    public static Field of(Kind kind, String var, @Nullable String label, String... values) {
        return new Field(var, kind, label, false, List.of(values), List.of());
    }

    /** A field that says something. */
    public static Field result(String var, List<String> values) {
        return new Field(var, null, null, false, values, List.of());
    }

    /** This one, which must be filled in. */
    public Field must() {
        return new Field(var, kind, label, true, values, options);
    }

    /** This one, to choose from these. */
    public Field from(List<Option> choices) {
        return new Field(var, kind, label, required, values, choices);
    }

    Element element() {
        Element.Builder field = Element.of("field", DataForm.NAMESPACE)
                .attribute("type", kind == null ? null : kind.word())
                .attribute("var", var)
                .attribute("label", label);
        if (required) {
            field.child("required");
        }
        values.forEach(value -> field.child("value", value));
        for (Option option : options) {
            field.child(Element.of("option", DataForm.NAMESPACE)
                    .attribute("label", option.label())
                    .child("value", option.value())
                    .build());
        }
        return field.build();
    }
}
