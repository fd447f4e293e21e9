package org.trestle.xmpp.feature.caps;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.trestle.xmpp.feature.Description;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;

/** The verification string of XEP-0115 5.1: everything in one order, hashed. Sorted by octets, as i;octet demands. */
final class Verification {
    private static final Comparator<String> OCTETS = (one, other) -> Arrays.compareUnsigned(utf8(one), utf8(other));

    private Verification() {}

    /** The Base64 of the SHA-1 of the description's string. */
    static String of(Description description) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(utf8(text(description))));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this Java runtime lacks SHA-1", missing);
        }
    }

    static String text(Description description) {
        StringBuilder text = new StringBuilder();
        List<String> identities = new ArrayList<>();
        for (Description.Identity identity : description.identities()) {
            identities.add(identity.category() + "/" + identity.type() + "//"
                    + (identity.name() == null ? "" : identity.name()));
        }
        append(text, identities);
        append(text, description.features());
        List<DataForm> forms = new ArrayList<>(description.forms());
        forms.sort(Comparator.comparing(Verification::meaning, OCTETS));
        for (DataForm form : forms) {
            append(text, List.of(meaning(form)));
            List<Field> fields = new ArrayList<>(form.fields());
            fields.removeIf(field -> field.var().equals(DataForm.FORM_TYPE));
            fields.sort(Comparator.comparing(Field::var, OCTETS));
            for (Field field : fields) {
                append(text, List.of(field.var()));
                append(text, field.values());
            }
        }
        return text.toString();
    }

    private static String meaning(DataForm form) {
        String meaning = form.formType();
        return meaning == null ? "" : meaning;
    }

    private static void append(StringBuilder text, Collection<String> parts) {
        parts.stream().sorted(OCTETS).forEach(part -> text.append(part).append('<'));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
