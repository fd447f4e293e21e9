package org.trestle.xmpp.xml;

/** Carries a violation from the depth of the tokenizer to its surface, where it becomes a value. Has no stack trace. */
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Token.Violation violation;

    Broken(Token.Rule rule, String text) {
        super(text, null, false, false);
        this.violation = new Token.Violation(rule, text);
    }

    static Broken notWellFormed(String text) {
        return new Broken(Token.Rule.NOT_WELL_FORMED, text);
    }

    static Broken limit(String text) {
        return new Broken(Token.Rule.POLICY_VIOLATION, text);
    }

    Token.Violation violation() {
        return violation;
    }
}
