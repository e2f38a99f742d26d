using System.Net;
using System.Text;

namespace ThreadStore.Benchmarks;

/// <summary>A server that is sent ready-made requests, one of them at random each time.</summary>
static class RequestSide
{
    public static Side Of(
        string name,
        ServerProcess server,
        int? postmaster,
        IReadOnlyList<byte[]> requests,
        int status = 200
    ) =>
        Of(
            name,
            server,
            postmaster,
            (buffer, random) =>
            {
                var request = requests[random.Next(requests.Count)];
                request.CopyTo(buffer);
                return request.Length;
            },
            status
        );

    public static Side Of(
        string name,
        ServerProcess server,
        int? postmaster,
        WriteRequest write,
        int status
    ) =>
        new(
            name,
            async (measure, ct) =>
                (await LoadAsync(name, server, postmaster, measure, write, status, ct)).Figures
        );

    /// <summary>Puts a server under load for a time.</summary>
    /// <exception cref="BenchmarkException">The message holds what the server said last.</exception>
    public static async Task<LoadResult> LoadAsync(
        string name,
        ServerProcess server,
        int? postmaster,
        Measure measure,
        WriteRequest write,
        int status,
        CancellationToken ct
    )
    {
        var load = new Load(
            server.EndPoint,
            measure.Connections,
            measure.RampUp,
            measure.Time,
            write,
            status
        );
        try
        {
            return await LoadGenerator.RunAsync(
                load,
                () =>
                    new(CpuTimes.OfThisProcess(), CpuTimes.Of(server.Process), CpuTimes.OfFamily(postmaster)),
                ct
            );
        }
        catch (BenchmarkException e)
        {
            throw new BenchmarkException($"{name}: {e.Message}\nThe server said last:\n{server.LastWords()}");
        }
    }

    public static byte[] Get(IPEndPoint server, string path, params string[] headers) =>
        Bytes("GET", server, path, headers);

    public static byte[] Bytes(string method, IPEndPoint server, string path, params string[] headers) =>
        Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {server}\r\nAccept: application/json\r\n"
                + string.Concat(headers.Select(h => $"{h}\r\n"))
                + (method == "GET" ? "\r\n" : "Content-Length: 0\r\n\r\n")
        );
}
