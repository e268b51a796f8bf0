import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hive.metastore.HiveMetaStore.HMSHandler;
import org.apache.hadoop.hive.metastore.IHMSHandler;
import org.apache.hadoop.hive.metastore.RetryingHMSHandler;
import org.apache.hadoop.hive.metastore.TSetIpAddressProcessor;
import org.apache.hadoop.hive.metastore.api.Catalog;
import org.apache.hadoop.hive.metastore.api.CreateCatalogRequest;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf;
import org.apache.hadoop.hive.metastore.conf.MetastoreConf.ConfVars;
import org.apache.hadoop.hive.metastore.txn.TxnDbUtil;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TTransportFactory;

/**
 * A Hive metastore on free ports of the loopback interface, with its tables in memory.
 *
 * <p>Each line {@code catalog <name> <folder> <key>=<value> …} on stdin makes an empty catalog and is answered with
 * {@code port <number>}: whoever talks to that port sees this catalog alone, as if it were a metastore of its own. The
 * settings are Hadoop's; {@code s3:} folders are S3A's, as {@code s3a:} ones are, for what makes the folders of
 * databases and tables is the metastore. Ends with its stdin. Not Hive's own main class: that one listens on all
 * interfaces and does not create the tables for locks.
 */
public final class HiveMetastoreServer {
  private HiveMetastoreServer() {}

  public static void main(String[] arguments) throws Exception {
    Configuration conf = MetastoreConf.newMetastoreConf();
    MetastoreConf.setVar(
        conf,
        ConfVars.CONNECT_URL_KEY,
        "jdbc:derby:memory:metastore-" + UUID.randomUUID() + ";create=true");
    MetastoreConf.setBoolVar(conf, ConfVars.AUTO_CREATE_ALL, true);
    MetastoreConf.setBoolVar(conf, ConfVars.SCHEMA_VERIFICATION, false);
    MetastoreConf.setVar(
        conf,
        ConfVars.EXPRESSION_PROXY_CLASS,
        "org.apache.hadoop.hive.metastore.DefaultPartitionExpressionProxy");
    MetastoreConf.setVar(
        conf,
        ConfVars.TASK_THREADS_ALWAYS,
        "org.apache.hadoop.hive.metastore.events.EventCleanerTask");
    conf.set("datanucleus.schema.autoCreateTables", "true");
    MetastoreConf.setVar(conf, ConfVars.WAREHOUSE, System.getProperty("java.io.tmpdir"));
    conf.set("fs.s3.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    handler(conf);
    TxnDbUtil.prepDb(conf);
    System.out.println("ready");
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ");
      Configuration own = new Configuration(conf);
      for (String setting : Arrays.asList(words).subList(3, words.length)) {
        String[] parts = setting.split("=", 2);
        own.set(parts[0], parts[1]);
      }
      MetastoreConf.setVar(own, ConfVars.CATALOG_DEFAULT, words[1]);
      IHMSHandler handler = handler(own);
      handler.create_catalog(new CreateCatalogRequest(new Catalog(words[1], words[2])));
      System.out.println("port " + serve(handler));
    }
    System.exit(0);
  }

  private static IHMSHandler handler(Configuration conf) throws Exception {
    return RetryingHMSHandler.getProxy(conf, new HMSHandler("test", conf, false), true);
  }

  private static int serve(IHMSHandler handler) throws Exception {
    ServerSocket socket = new ServerSocket();
    socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    TThreadPoolServer server =
        new TThreadPoolServer(
            new TThreadPoolServer.Args(new TServerSocket(socket))
                .processor(new TSetIpAddressProcessor<>(handler))
                .transportFactory(new TTransportFactory())
                .protocolFactory(new TBinaryProtocol.Factory())
                .minWorkerThreads(2)
                .maxWorkerThreads(64));
    Thread thread = new Thread(server::serve, "metastore");
    thread.setDaemon(true);
    thread.start();
    return socket.getLocalPort();
  }
}
