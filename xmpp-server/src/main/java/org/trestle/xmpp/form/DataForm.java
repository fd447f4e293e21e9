package org.trestle.xmpp.form;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.xml.Element;

/**
 * A form, or what was filled into one (XEP-0004 3.1). What is private in a field is not in {@link #toString}.
 *
 * @param title words for people, or null
 * @param instructions words for people, or null
 * @param fields in order; the field {@code FORM_TYPE} (XEP-0068) among them
 */
public record DataForm(
        Type type, @Nullable String title, @Nullable String instructions, List<Field> fields) {

    public static final String NAMESPACE = "jabber:x:data";

    /** The field that says what the others mean (XEP-0068). */
    public static final String FORM_TYPE = "FORM_TYPE";

    /** The most fields of a form, and values of a field, that are read. */
    static final int LIMIT = 10_000;

    /** XEP-0004 3.1. */
    public enum Type {
        FORM,
        SUBMIT,
        CANCEL,
        RESULT
    }

    public DataForm {
        fields = List.copyOf(fields);
    }

    /** A form of this meaning. */
    public static DataForm of(
            Type type, String formType, @Nullable String title, @Nullable String instructions, List<Field> fields) {
        List<Field> all = new ArrayList<>();
        all.add(new Field(FORM_TYPE, Field.Kind.HIDDEN, null, false, List.of(formType), List.of()));
        all.addAll(fields);
        return new DataForm(type, title, instructions, all);
    }

    /** A result of this meaning. */
    public static DataForm result(String formType, List<Field> fields) {
        return of(Type.RESULT, formType, null, null, fields);
    }

    /** The form in an element {@code x}; null when it is none. */
    public static @Nullable DataForm read(Element x) {
        Type type = type(x.attribute("type"));
        if (!x.is("x", NAMESPACE) || type == null) {
            return null;
        }
        List<Field> fields = new ArrayList<>();
        for (Element child : x.children()) {
            String var = child.attribute("var");
            if (!child.is("field", NAMESPACE) || var == null) {
                continue;
            }
            List<String> values = new ArrayList<>();
            for (Element value : child.children()) {
                if (value.is("value", NAMESPACE)) {
                    values.add(value.text());
                }
            }
            if (values.size() > LIMIT || fields.size() >= LIMIT) {
                return null;
            }
            fields.add(Field.result(var, values));
        }
        return new DataForm(type, null, null, fields);
    }

    private static @Nullable Type type(@Nullable String word) {
        for (Type type : Type.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(word)) {
                return type;
            }
        }
        return null;
    }

    /** The values of a field; none when it is not there. */
    public List<String> values(String var) {
        for (Field field : fields) {
            if (field.var().equals(var)) {
                return field.values();
            }
        }
        return List.of();
    }

    /** The first value of a field, or null when there is none or it is empty. */
    public @Nullable String value(String var) {
        List<String> values = values(var);
        return values.isEmpty() || values.get(0).isEmpty() ? null : values.get(0);
    }

    /** What its fields mean (XEP-0068), or null when it does not say. */
    public @Nullable String formType() {
        return value(FORM_TYPE);
    }

    /** The element {@code x}. */
    public Element element() {
        Element.Builder x =
                Element.of("x", NAMESPACE).attribute("type", type.name().toLowerCase(Locale.ROOT));
        if (title != null) {
            x.child("title", title);
        }
        if (instructions != null) {
            x.child("instructions", instructions);
        }
        fields.forEach(field -> x.child(field.element()));
        return x.build();
    }

    @Override
    public String toString() {
        return "DataForm[" + type + ' ' + fields.stream().map(Field::var).toList() + ']';
    }
}
