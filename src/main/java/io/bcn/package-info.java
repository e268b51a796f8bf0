/**
 * Backup and restore for Iceberg catalogs. The packages, read from top to bottom, are the way that
 * data takes: {@code cli} turns arguments into a request, {@code backup}, {@code restore}, {@code
 * verify} and {@code retention} plan and act, {@code table} and {@code copy} read tables and move
 * bytes, {@code repository} keeps the promises, {@code format} and {@code storage} are what lies on
 * disk. Start reading in {@code backup}.
 */
package io.bcn;
