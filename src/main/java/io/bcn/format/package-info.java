/**
 * What stands in a repository: the JSON documents, the inventory's columns, object keys, ids and
 * names. No IO.
 *
 * <p>One small record per document; its compact constructor checks it. Imports only {@code errors};
 * owns Jackson's configuration ({@link io.bcn.format.Documents}). Start at {@link
 * io.bcn.format.Layout} for the tree and {@link io.bcn.format.PitManifest} for the document that
 * everything hangs on.
 */
package io.bcn.format;
