package org.trestle.xmpp.feature.contact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.form.DataForm;
import org.trestle.xmpp.form.Field;

/** XEP-0157: the addresses that the operator has set, in the description of the server; nothing when there are none. */
public final class ContactFeature implements Feature {
    static final String SERVER_INFO = "http://jabber.org/network/serverinfo";

    /** The replicated table; key: {@code contact.} and the role, value: the addresses, separated by spaces. */
    private static final String SETTINGS = "settings";

    private static final List<String> ROLES =
            List.of("abuse", "admin", "feedback", "sales", "security", "status", "support");

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0157", "Contact Addresses for XMPP Services", "1.1.1");
    }

    @Override
    public void install(FeatureContext context) {
        Tables tables = context.site().cluster().tables();
        context.discovery().form(() -> addresses(tables));
    }

    private static @Nullable DataForm addresses(Tables tables) {
        List<Field> fields = new ArrayList<>();
        for (String role : ROLES) {
            Row row = tables.get(SETTINGS, "contact." + role);
            if (row != null) {
                String text = new String(row.value(), StandardCharsets.UTF_8);
                fields.add(Field.of(Field.Kind.LIST_MULTI, role + "-addresses", null, text.split(" ")));
            }
        }
        return fields.isEmpty() ? null : DataForm.result(SERVER_INFO, fields);
    }
}
