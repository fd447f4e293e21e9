package org.trestle.auth.accounts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.trestle.auth.prep.Prepared;

/** The accounts that a file of lines {@code jid,password} asks for, and the lines that are wrong. */
record ImportFile(List<Wanted> wanted, int refused, List<ImportReport.LineError> errors) {

    /** One account: bare Jid and password, both prepared. */
    record Wanted(String jid, String password) {
        @Override
        public String toString() {
            return "Wanted[" + jid + "]";
        }
    }

    static ImportFile read(byte[] file, ServedDomains domains) {
        List<Wanted> wanted = new ArrayList<>();
        List<ImportReport.LineError> errors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        int refused = 0;
        boolean first = true;
        CsvLines lines = new CsvLines(file);
        for (CsvLines.Line line = lines.next(); line != null; line = lines.next()) {
            boolean heading = first && isHeading(line.fields());
            first = false;
            if (heading) {
                continue;
            }
            try {
                Wanted account = account(line, domains);
                Integer earlier = seen.putIfAbsent(account.jid(), line.number());
                if (earlier != null) {
                    throw new IllegalArgumentException(account.jid() + " is in line " + earlier + " already");
                }
                wanted.add(account);
            } catch (IllegalArgumentException wrong) {
                refused++;
                if (errors.size() < ImportReport.ERRORS_KEPT) {
                    errors.add(new ImportReport.LineError(line.number(), String.valueOf(wrong.getMessage())));
                }
            }
        }
        return new ImportFile(wanted, refused, errors);
    }

    private static boolean isHeading(List<String> fields) {
        return fields.size() == 2
                && fields.get(0).strip().equalsIgnoreCase("jid")
                && fields.get(1).strip().equalsIgnoreCase("password");
    }

    private static Wanted account(CsvLines.Line line, ServedDomains domains) {
        if (line.error() != null) {
            throw new IllegalArgumentException(line.error());
        }
        List<String> fields = line.fields();
        if (fields.size() != 2) {
            throw new IllegalArgumentException("expected jid,password but found "
                    + (fields.size() == 1
                            ? "no comma"
                            : fields.size() + " fields (put quotes around a password with a comma)"));
        }
        return new Wanted(domains.checked(Prepared.bareJid(fields.get(0).strip())), Prepared.password(fields.get(1)));
    }
}
