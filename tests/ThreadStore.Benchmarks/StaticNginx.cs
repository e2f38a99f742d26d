namespace ThreadStore.Benchmarks;

/// <summary>An nginx that serves one file, as fast as it does: what a hot page is compared with beside Kestrel's own bytes.</summary>
sealed class StaticNginx : IAsyncDisposable
{
    public const string Page = "/page.json";

    readonly DirectoryInfo folder;

    StaticNginx(DirectoryInfo folder, ServerProcess process) => (this.folder, Process) = (folder, process);

    public ServerProcess Process { get; }

    static string? Program =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/sbin")
            .Select(f => Path.Combine(f, "nginx"))
            .FirstOrDefault(File.Exists);

    /// <returns>Null where this machine has none.</returns>
    public static async Task<StaticNginx?> StartAsync(byte[] page, CancellationToken ct)
    {
        if (Program is not { } program)
            return null;
        var folder = Directory.CreateTempSubdirectory("threadstore-nginx-");
        await File.WriteAllBytesAsync($"{folder}{Page}", page, ct);
        var endPoint = ServerProcess.FreeEndPoint();
        await File.WriteAllTextAsync(
            $"{folder}/nginx.conf",
            $$"""
            daemon off;
            user {{Environment.UserName}};
            pid {{folder}}/pid;
            worker_processes 2;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              open_file_cache max=10;
              keepalive_requests 1000000000;
              types { application/json json; }
              server {
                listen {{endPoint}};
                root {{folder}};
                location = /health/ready { return 200; }
              }
            }
            """,
            ct
        );
        try
        {
            return new(
                folder,
                await ServerProcess.StartAsync(
                    "nginx",
                    program,
                    ["-e", "stderr", "-p", folder.FullName, "-c", "nginx.conf"],
                    new Dictionary<string, string>(),
                    ct,
                    endPoint
                )
            );
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // its workers end with it
        Process.Process.Kill(entireProcessTree: true);
        await Process.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
