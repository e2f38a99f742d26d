using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ThreadStore.Tests.Conventions;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.Docs;

/// <summary>
/// A proxy as docs/proxies.md configures it, with nothing changed but the ports, in a folder of its own. A test that needs
/// one which is not installed is skipped.
/// </summary>
public sealed partial class ProxyProgram : IAsyncDisposable
{
    static readonly string Guide = File.ReadAllText(Path.Combine(Sources.Root, "docs", "proxies.md"));

    readonly string folder;
    readonly Process process;

    ProxyProgram(string folder, Process process, int port) =>
        (this.folder, this.process, Client) = (
            folder,
            process,
            new() { BaseAddress = new($"http://127.0.0.1:{port}") }
        );

    public HttpClient Client { get; }

    /// <summary>The blocks of the guide in a language, one after the other.</summary>
    public static string Block(string language, int which = 0) =>
        Fence().Matches(Guide).Where(m => m.Groups[1].Value == language).ElementAt(which).Groups[2].Value;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <param name="upstream">The port of the server.</param>
    /// <param name="configuration">Instead of the guide's.</param>
    public static async Task<ProxyProgram> StartAsync(string name, int upstream, string? configuration = null)
    {
        var program = Find(
            name == "apache" ? "apache2"
            : name == "varnish" ? "varnishd"
            : name
        );
        Assert.SkipWhen(program is null, $"{name} is not installed.");
        var folder = Directory.CreateTempSubdirectory($"threadstore-{name}-").FullName;
        var port = FreePort();
        var block = (configuration ?? Block(name == "varnish" ? "vcl" : name))
            .Replace("5080", Text(upstream), StringComparison.Ordinal)
            .Replace("/var/cache/nginx", folder, StringComparison.Ordinal);
        var file = Path.Combine(folder, "proxy.conf");
        await File.WriteAllTextAsync(file, Whole(name, block, folder, port));
        var start = new ProcessStartInfo(program!, Arguments(name, file, folder, port))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Caddy keeps things at home
        (start.Environment["HOME"], start.Environment["XDG_CONFIG_HOME"]) = (folder, folder);
        var process =
            Process.Start(start) ?? throw new InvalidOperationException($"{name} can't be started.");
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        var proxy = new ProxyProgram(folder, process, port);
        try
        {
            await Until.TrueAsync(() => AnswersAsync(process, said, port), $"{name} listens");
        }
        catch
        {
            await proxy.DisposeAsync();
            throw;
        }
        return proxy;
    }

    static async Task<bool> AnswersAsync(Process process, Task<string> said, int port)
    {
        Assert.False(process.HasExited, process.HasExited ? await said : "");
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin"
            .Split(':')
            .Select(f => Path.Combine(f, program))
            .FirstOrDefault(File.Exists);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>With what stands around the guide's block in the program's own configuration.</summary>
    static string Whole(string name, string block, string folder, int port)
    {
        var isRoot = Environment.UserName == "root";
        return name switch
        {
            "nginx" => $$"""
                pid {{folder}}/pid;
                error_log {{folder}}/error.log;
                {{(isRoot ? "user root;" : "")}}
                worker_processes 1;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_body_temp_path {{folder}}/body;
                  proxy_temp_path {{folder}}/proxy;
                  fastcgi_temp_path {{folder}}/fastcgi;
                  uwsgi_temp_path {{folder}}/uwsgi;
                  scgi_temp_path {{folder}}/scgi;
                {{block.Replace("listen 80;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)}}
                }
                """,
            "haproxy" => block.Replace("bind :80", $"bind 127.0.0.1:{port}", StringComparison.Ordinal),
            "apache" =>
                $"""
                ServerName localhost
                PidFile {folder}/pid
                ErrorLog {folder}/error.log
                DefaultRuntimeDir {folder}
                {(isRoot ? "User www-data" : "")}
                {string.Join(
                    '\n',
                    ((string[])["mpm_event", "authz_core", "proxy", "proxy_http", "headers"]).Select(m =>
                        $"LoadModule {m}_module /usr/lib/apache2/modules/mod_{m}.so"
                    )
                )}
                Listen 127.0.0.1:{port}
                {block.Replace("*:80", $"*:{port}", StringComparison.Ordinal)}
                """,
            "caddy" =>
                $"{{\n  admin off\n}}\n{block.Replace(":80 {", $":{port} {{", StringComparison.Ordinal)}",
            _ => block,
        };
    }

    static string[] Arguments(string name, string file, string folder, int port) =>
        name switch
        {
            "nginx" => ["-p", folder, "-c", file, "-g", "daemon off;"],
            "haproxy" => ["-db", "-f", file],
            "apache" => ["-d", folder, "-f", file, "-D", "FOREGROUND"],
            "caddy" => ["run", "--config", file, "--adapter", "caddyfile"],
            _ =>
            [
                "-F",
                "-j",
                "none",
                "-n",
                Path.Combine(folder, "varnish"),
                "-f",
                file,
                "-a",
                $"127.0.0.1:{port}",
                "-s",
                "malloc,32m",
                // as the guide says
                .. Parameter().Match(Guide).Groups[1].Value.Split(' '),
            ],
        };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!process.HasExited)
        {
            // its workers end with it, which they do not where it is killed
            using (var kill = Process.Start("kill", ["-TERM", Text(process.Id)]))
                await kill.WaitForExitAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("Start it with `([^`]+)`")]
    private static partial Regex Parameter();
}
