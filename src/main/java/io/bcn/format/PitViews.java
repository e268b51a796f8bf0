package io.bcn.format;

import java.util.List;

/**
 * What a PIT says of views.
 *
 * @param entries one a view of the scope
 * @param deleted what the parent has and the source has no more
 * @param deletedObjects what any ancestor has and this PIT has not, cumulative
 */
public record PitViews(
    List<ViewEntry> entries, List<TableName> deleted, List<DeletedObject> deletedObjects) {}
