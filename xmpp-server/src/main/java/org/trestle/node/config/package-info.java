/**
 * The node's configuration file: which options there are, what they mean, and what is said about a wrong one. Values
 * only; imports the value types of the parts that it configures, and the HOCON parser.
 */
@NullMarked
package org.trestle.node.config;

import org.jspecify.annotations.NullMarked;
