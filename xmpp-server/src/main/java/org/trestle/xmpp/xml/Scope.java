package org.trestle.xmpp.xml;

import org.jspecify.annotations.Nullable;

/**
 * Namespace declarations in scope, innermost first (Namespaces in XML 1.0, 6).
 *
 * @param prefix empty for the default namespace
 */
record Scope(String prefix, String namespace, @Nullable Scope outer) {

    static Scope root(String defaultNamespace) {
        return new Scope("", defaultNamespace, new Scope("xml", Namespaces.XML, null));
    }

    /** What a prefix is bound to, or null when to nothing. */
    @Nullable
    String of(String prefix) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            if (scope.prefix.equals(prefix)) {
                return scope.namespace;
            }
        }
        return null;
    }

    /** The namespace of an element of this name. */
    String ofElement(String name) {
        int colon = name.indexOf(':');
        return bound(colon < 0 ? "" : name.substring(0, colon));
    }

    /** The namespace of an attribute of this name: none when it has no prefix. */
    String ofAttribute(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? "" : bound(name.substring(0, colon));
    }

    private String bound(String prefix) {
        String namespace = of(prefix);
        if (namespace == null) {
            throw new IllegalArgumentException("the prefix '" + prefix + "' is not declared");
        }
        return namespace;
    }
}
