package io.bcn.restore;

import io.bcn.format.ObjectRef;
import io.bcn.format.TableEntry;
import io.bcn.format.TableName;
import io.bcn.table.TableTarget;

/**
 * One table of a restore plan.
 *
 * @param location the folder that gets its files
 * @param metadata where the state's metadata file is stored
 * @param metadataSource its location at the source
 */
record TableRestore(
    TableEntry source,
    TableName target,
    String location,
    ObjectRef state,
    ObjectRef metadata,
    String metadataSource,
    TableTarget files,
    Ending ending) {}
