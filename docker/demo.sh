#!/bin/sh
# The story of `bcn demo` on real servers: two tables in a Hive Metastore with their files on MinIO, a backup, a change,
# a second backup, a loss, a restore. Runs in the container `bcn` of compose.yml.
set -eu
cd "$(dirname -- "$0")/.."

conf=conf/minio-hive.conf
repo=s3://backups/demo-$(date +%s)

say() { printf '\n== %s\n' "$*"; }

sql() {
  say "spark-sql: $1"
  spark-sql --master "$BCN_MASTER" --properties-file "$conf" --jars "$(ls target/bcn-*-submit.jar)" -e "$1" 2>/dev/null
}

bcn() {
  say "bin/bcn $*"
  bin/bcn "$@" --properties-file "$conf"
}

sql "CREATE NAMESPACE IF NOT EXISTS lake.shop;
  DROP TABLE IF EXISTS lake.shop.orders PURGE;
  CREATE TABLE lake.shop.orders (id BIGINT, amount INT) USING iceberg;
  INSERT INTO lake.shop.orders SELECT id, cast(id * 10 AS INT) FROM range(100)"
bcn backup --repo "$repo" --catalog lake --database shop
sql "DELETE FROM lake.shop.orders WHERE id < 10"
bcn backup --repo "$repo"
bcn describe --repo "$repo"
sql "DROP TABLE lake.shop.orders PURGE"
bcn restore --repo "$repo"
sql "SELECT count(*) AS should_be_90 FROM lake.shop.orders"
