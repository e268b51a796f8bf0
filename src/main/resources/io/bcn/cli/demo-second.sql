-- Append, and delete.
INSERT INTO shop.sales.orders
  SELECT id, id % 40, id * 1.25, DATE '2026-02-01' FROM range(500, 600);
DELETE FROM shop.sales.clients WHERE id % 10 = 3;

-- Drop, create, rename.
DROP TABLE shop.web.campaigns;
CREATE TABLE shop.lab.forecasts USING iceberg
  AS SELECT id AS week, id * 100 AS orders FROM range(8);
ALTER TABLE shop.sales.refunds RENAME TO sales.returns;
