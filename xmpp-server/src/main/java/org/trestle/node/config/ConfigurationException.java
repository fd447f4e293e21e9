package org.trestle.node.config;

/** A configuration that cannot be used; the message names file, line, option, and what was expected. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}
