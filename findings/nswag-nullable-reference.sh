#!/usr/bin/env bash
# NSwag.ConsoleCore 14.8.0: a reference that may be null, written as anyOf [$ref, null] (as many OpenAPI 3.1 documents have
# it), becomes a new, empty class that is not nullable: the members are lost, and null is a fault with nullable reference
# types. The same as oneOf [$ref, null] becomes the class that is referred to, nullable. Both mean the same in JSON Schema.
#
# Seen 2026-11-28:
#   anyOf: public Author2 Author { get; set; } = default!;
#   oneOf: public Author? Author { get; set; } = default!;
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet tool install NSwag.ConsoleCore --version 14.8.0 --tool-path tools >/dev/null

document() {
  cat <<JSON
{
  "openapi": "3.1.1",
  "info": { "title": "t", "version": "1" },
  "paths": { "/c": { "get": { "operationId": "get", "responses": { "200": { "description": "c",
    "content": { "application/json": { "schema": { "\$ref": "#/components/schemas/Comment" } } } } } } } },
  "components": { "schemas": {
    "Author": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
    "Comment": { "type": "object", "required": ["author"], "properties": {
      "author": { "$1": [{ "\$ref": "#/components/schemas/Author" }, { "type": "null" }] } } }
  } }
}
JSON
}

fault=0
for choice in anyOf oneOf; do
  document "$choice" >"$choice.json"
  tools/nswag openapi2csclient "/input:$choice.json" "/output:$choice.cs" /namespace:N /jsonLibrary:SystemTextJson \
    /generateNullableReferenceTypes:true >/dev/null
  echo "$choice: $(grep -oE 'public Author[0-9]*\?? Author \{.*' "$choice.cs")"
done
grep -qE 'public Author[0-9]+ Author ' anyOf.cs || { echo "anyOf: changed"; fault=1; }
grep -qF 'public Author? Author ' oneOf.cs || { echo "oneOf: changed"; fault=1; }
exit "$fault"
