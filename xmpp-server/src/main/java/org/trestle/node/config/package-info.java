/**
 * The node's configuration file: which options there are, what they mean, and what is said about a wrong one. Values
 * only; imports the cluster's value types and the HOCON parser.
 */
@NullMarked
package org.trestle.node.config;

import org.jspecify.annotations.NullMarked;
