#!/usr/bin/env bash
# Polars (nodejs-polars 0.25.2): a Parquet column with the logical type JSON, which the format defines as UTF-8 text, is read
# as Binary, and so is a UUID: string functions do not apply, and the JavaScript binding can't show the values at all. The
# same bytes annotated as STRING are read as String. DuckDB 1.5.6, which wrote the file, reads JSON as text.
#
# Seen: "DataType Binary is not supported for JS conversion" for both; String for the text.
#
# Exits 0 while that is so, 1 when it has changed. Needs npm and its registry; everything is in a temporary folder.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent -E \
  @duckdb/node-api@1.5.6-r.1 nodejs-polars@0.25.2 nodejs-polars-linux-x64-gnu@0.25.2
cat > look.mjs <<'JS'
import { DuckDBInstance } from "@duckdb/node-api";
import pl from "nodejs-polars";

const duck = await (await DuckDBInstance.create()).connect();
await duck.run(`copy (select '{"a": 1}'::json as j, '0198c0de-0000-7000-8000-000000000001'::uuid as u,
  '{"a": 1}' as t) to 'typed.parquet' (format parquet)`);
const read = await duck.runAndReadAll("select version(), typeof(j), typeof(u), typeof(t) from 'typed.parquet'");
console.log("DuckDB", read.getRowsJson()[0].join(" "));
for (const column of ["j", "u", "t"]) {
  try {
    const rows = pl.scanParquet("typed.parquet").select(pl.col(column)).collectSync();
    console.log("Polars", column, rows.schema[column].variant);
  } catch (e) {
    console.log("Polars", column, e.message);
  }
}
JS
found=$(node look.mjs)
echo "$found"
expected='DuckDB v1.5.6 JSON UUID VARCHAR
Polars j DataType Binary is not supported for JS conversion
Polars u DataType Binary is not supported for JS conversion
Polars t String'
[ "$found" = "$expected" ]
