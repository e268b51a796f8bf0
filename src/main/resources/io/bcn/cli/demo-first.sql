-- Three databases.
CREATE NAMESPACE shop.sales;
CREATE NAMESPACE shop.web;
CREATE NAMESPACE shop.lab;

-- Partitioned by day; format version 2, whose deletes are files of positions.
CREATE TABLE shop.sales.orders (id BIGINT, client BIGINT, amount DECIMAL(10, 2), day DATE)
  USING iceberg PARTITIONED BY (days(day))
  TBLPROPERTIES ('format-version' = '2', 'write.delete.mode' = 'merge-on-read');
INSERT INTO shop.sales.orders
  SELECT id, id % 40, id * 1.25, date_add(DATE '2026-01-01', CAST(id % 5 AS INT)) FROM range(500);
DELETE FROM shop.sales.orders WHERE id % 50 = 7;

-- Format version 3, whose deletes are deletion vectors.
CREATE TABLE shop.sales.clients (id BIGINT, name STRING) USING iceberg
  TBLPROPERTIES ('format-version' = '3', 'write.delete.mode' = 'merge-on-read');
INSERT INTO shop.sales.clients SELECT id, concat('client ', id) FROM range(40);
DELETE FROM shop.sales.clients WHERE id IN (5, 11);

-- A schema that evolves: a column more, one renamed, one wider.
CREATE TABLE shop.sales.items (id BIGINT, name STRING, stock INT) USING iceberg;
INSERT INTO shop.sales.items VALUES (1, 'lamp', 12), (2, 'chair', 4);
ALTER TABLE shop.sales.items ADD COLUMN tags ARRAY<STRING>;
ALTER TABLE shop.sales.items RENAME COLUMN name TO title;
ALTER TABLE shop.sales.items ALTER COLUMN stock TYPE BIGINT;
INSERT INTO shop.sales.items VALUES (3, 'table', 5000000000, array('oak', 'new'));

-- A branch and a tag.
CREATE TABLE shop.web.pages (path STRING, title STRING) USING iceberg;
INSERT INTO shop.web.pages VALUES ('/', 'Home'), ('/about', 'About us');
ALTER TABLE shop.web.pages CREATE TAG launch;
ALTER TABLE shop.web.pages CREATE BRANCH draft;
INSERT INTO shop.web.pages.branch_draft VALUES ('/sale', 'Half price');

-- Partitioned by a hash and by the hour.
CREATE TABLE shop.web.clicks (user BIGINT, page STRING, at TIMESTAMP) USING iceberg
  PARTITIONED BY (bucket(2, user), hours(at));
INSERT INTO shop.web.clicks
  SELECT id % 9, concat('/', id % 4), timestamp_seconds(1767261600 + id * 120) FROM range(60);

-- Empty: nothing but a schema.
CREATE TABLE shop.lab.ideas (id BIGINT, text STRING) USING iceberg;

-- Four plain ones, one of them in the old format version 1.
CREATE TABLE shop.sales.refunds USING iceberg AS SELECT id, id * 2.5 AS amount FROM range(20);
CREATE TABLE shop.web.campaigns USING iceberg AS SELECT id, 'spring' AS name FROM range(10);
CREATE TABLE shop.lab.scores USING iceberg AS SELECT id, rand(7) AS score FROM range(100);
CREATE TABLE shop.lab.rates USING iceberg TBLPROPERTIES ('format-version' = '1')
  AS SELECT * FROM VALUES ('EUR', 1.0D), ('USD', 1.1D) AS rates(currency, rate);
