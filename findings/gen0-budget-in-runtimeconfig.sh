#!/usr/bin/env bash
# .NET 10: the budget of generation 0 can be bounded by runtimeconfig.json, by System.GC.Gen0MaxBudget, though both settings of
# that generation are only known as environment variables (DOTNET_GCgen0MaxBudget, DOTNET_GCgen0size). System.GC.Gen0Size,
# the obvious name for the other one, is ignored without a word.
# It matters on virtual machines that claim a large last cache, whose size the budget follows: with 260 MB a process holds
# some 85 MB of garbage before it looks for any.
#
# Seen: 1 GB of garbage is 12 collections, 12 with System.GC.Gen0Size = 4 MB, and 244 with System.GC.Gen0MaxBudget = 4 MB.
#
# Exits 0 while that is so, 1 when it has changed. Needs the .NET 10 SDK; everything is in a temporary folder.
set -euo pipefail
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
unset DOTNET_GCgen0size DOTNET_GCgen0MaxBudget || true
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > garbage.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
var last = new byte[1];
for (var i = 0; i < 1_000_000; i++)
    System.Threading.Volatile.Write(ref last, new byte[1_000]);
System.Console.WriteLine(System.GC.CollectionCount(0));
CS
dotnet build -c Release -o out -v q >/dev/null
with() {
  sed "s/\"configProperties\": {/\"configProperties\": { \"$1\": $2,/" out/garbage.runtimeconfig.json > out/changed.json
  dotnet exec --runtimeconfig out/changed.json out/garbage.dll
}
usual=$(dotnet out/garbage.dll)
size=$(with System.GC.Gen0Size 4194304)
budget=$(with System.GC.Gen0MaxBudget 4194304)
echo ".NET $(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \(10[^ ]*\).*/\1/p' | tail -1)"
echo "collections of generation 0 for 1 GB of garbage: $usual, with System.GC.Gen0Size $size, with System.GC.Gen0MaxBudget $budget"
[ "$budget" -gt $((3 * usual)) ] && [ "$size" -lt $((2 * usual)) ]
