using System.Reflection;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using ThreadStore.Kernel;

namespace ThreadStore.History.Lakes;

/// <summary>
/// DuckDB's native library, which is a third of all that is published and which only one command wants: it is
/// loaded when that is called, from where it is named, from beside the program, or from where the system keeps libraries.
/// </summary>
static class DuckDbLibrary
{
    /// <summary>The path of <c>libduckdb.so</c>, <c>libduckdb.dylib</c> or <c>duckdb.dll</c>.</summary>
    public const string Variable = "ThreadStore__DuckDb";

    /// <summary>Whose functions we call.</summary>
    const string Version = "1.5";

    static readonly Lock Gate = new();
    static bool isSet;

    /// <summary>A database in memory.</summary>
    /// <exception cref="StartupException">There is no library, or another.</exception>
    public static DuckDBConnection Open()
    {
        lock (Gate)
            if (!isSet)
            {
                NativeLibrary.SetDllImportResolver(typeof(DuckDBNativeConnection).Assembly, Find);
                isSet = true;
            }
        var connection = new DuckDBConnection("DataSource=:memory:");
        try
        {
            connection.Open();
            return connection;
        }
        catch (Exception e) when (IsMissing(e))
        {
            connection.Dispose();
            throw new StartupException(
                $"DuckDB's library is not here: this program was published without its 70 MB. Take libduckdb {Version} from a release of DuckDB and name it by {Variable}, or publish without -p:DuckDb=false."
            );
        }
    }

    static bool IsMissing(Exception? e) =>
        e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException
        || e?.InnerException is { } inner && IsMissing(inner);

    /// <returns>Zero: where the runtime itself looks.</returns>
    static IntPtr Find(string name, Assembly assembly, DllImportSearchPath? path) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
            ? NativeLibrary.Load(named)
            : IntPtr.Zero;
}
