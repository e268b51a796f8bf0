package io.bcn.it;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.hive.metastore.api.FieldSchema;
import org.apache.hadoop.hive.metastore.api.SerDeInfo;
import org.apache.hadoop.hive.metastore.api.StorageDescriptor;
import org.apache.hadoop.hive.metastore.api.Table;
import org.apache.thrift.TException;

/** A metastore, seen without Iceberg. */
record HiveTables(String uri) {

  static HiveTables of(Lake hive) {
    return new HiveTables(hive.setting("uri"));
  }

  /** What the metastore holds of a table beside its schema. */
  Map<String, String> parameters(String database, String table) {
    return call(client -> client.getTable(database, table).getParameters());
  }

  /** A table that is none of Iceberg's. */
  void createOther(String database, String name) {
    call(
        client -> {
          StorageDescriptor files = new StorageDescriptor();
          files.setCols(List.of(new FieldSchema("line", "string", "")));
          files.setSerdeInfo(new SerDeInfo("line", "", new HashMap<>()));
          files.setBucketCols(List.of());
          files.setSortCols(List.of());
          files.setParameters(new HashMap<>());
          Table table = new Table();
          table.setDbName(database);
          table.setTableName(name);
          table.setSd(files);
          table.setPartitionKeys(List.of());
          table.setParameters(new HashMap<>());
          table.setTableType("MANAGED_TABLE");
          client.createTable(table);
          return name;
        });
  }

  void drop(String database, String table) {
    call(
        client -> {
          client.dropTable(database, table);
          return table;
        });
  }

  private interface Call<T> {
    T on(HiveMetaStoreClient client) throws TException;
  }

  private <T> T call(Call<T> call) {
    HiveConf conf = new HiveConf();
    conf.set("hive.metastore.uris", uri);
    try {
      HiveMetaStoreClient client = new HiveMetaStoreClient(conf);
      try {
        return call.on(client);
      } finally {
        client.close();
      }
    } catch (TException e) {
      throw new IllegalStateException(e);
    }
  }
}
