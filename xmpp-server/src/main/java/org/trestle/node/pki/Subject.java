package org.trestle.node.pki;

import java.net.IDN;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/**
 * Whom a certificate is for, as {@code CN:… subjectAltName:a,b O:… OU:… L:… ST:… C:… emailAddress:…} says it.
 *
 * @param name the distinguished name
 * @param names DNS names, in ASCII, and addresses, the common name among them
 */
public record Subject(X500Name name, List<String> names) {
    private static final List<String> ATTRIBUTES =
            List.of("CN", "OU", "O", "L", "ST", "C", "emailAddress", "subjectAltName");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    public Subject {
        names = names.stream().map(Subject::ascii).toList();
    }

    /** A DNS name in its ASCII form, as certificates have it (RFC 5280 7.2); addresses as they are. */
    private static String ascii(String name) {
        return ADDRESS.matcher(name).matches() ? name : IDN.toASCII(name);
    }

    /** A subject of names only, the first of which is the common name. */
    public static Subject of(List<String> names) {
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, ascii(names.get(0)))
                .build();
        return new Subject(name, names);
    }

    /** Reads attributes as {@code pki csr} takes them; the common name must be there. */
    public static Subject parse(List<String> words) throws PkiException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : words) {
            int colon = word.indexOf(':');
            String attribute = colon < 0 ? "" : word.substring(0, colon);
            String known = ATTRIBUTES.stream()
                    .filter(candidate -> candidate.equalsIgnoreCase(attribute))
                    .findFirst()
                    .orElseThrow(() -> new PkiException("\"" + word + "\" is not one of "
                            + String.join(":… ", ATTRIBUTES) + ":… (quote values with spaces)"));
            values.put(known, word.substring(colon + 1).strip());
        }
        String common = values.get("CN");
        if (common == null || common.isEmpty()) {
            throw new PkiException("CN:… is missing: the domain or the host name that the certificate is for");
        }
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        values.forEach((attribute, value) -> {
            if (!attribute.equals("subjectAltName") && !value.isEmpty()) {
                name.addRDN(BCStyle.INSTANCE.attrNameToOID(attribute.equals("emailAddress") ? "E" : attribute), value);
            }
        });
        List<String> names = new ArrayList<>(List.of(common));
        for (String other : values.getOrDefault("subjectAltName", "").split(",")) {
            String trimmed = other.strip().toLowerCase(Locale.ROOT);
            if (!trimmed.isEmpty() && !names.contains(trimmed)) {
                names.add(trimmed);
            }
        }
        return new Subject(name.build(), names);
    }

    GeneralNames alternatives() {
        return new GeneralNames(names.stream()
                .map(each -> new GeneralName(
                        ADDRESS.matcher(each).matches() ? GeneralName.iPAddress : GeneralName.dNSName, each))
                .toArray(GeneralName[]::new));
    }
}
