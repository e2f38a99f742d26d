using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ThreadStore.Tests.Support;

/// <summary>A node behind a real socket, for what a client library would tidy up on the way.</summary>
public sealed class Kestrel(Store store) : IAsyncLifetime
{
    WebApplication? app;

    Uri Address => new(app!.Urls.Single());

    /// <summary>Host and port, as the header Host has it.</summary>
    public string Authority => Address.Authority;

    public async ValueTask InitializeAsync() => app = await store.StartKestrelAsync();

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
    }

    /// <summary>Sends the target as it is. HTTP/1.0, so that the answer ends with the connection.</summary>
    public async Task<Reply> SendAsync(
        string method,
        string target,
        string? token = null,
        string? body = null,
        params string[] headers
    )
    {
        var content = Encoding.UTF8.GetBytes(body ?? "");
        var head = new StringBuilder($"{method} {target} HTTP/1.0\r\nHost: {Address.Authority}\r\n");
        foreach (var header in headers)
            head.Append(CultureInfo.InvariantCulture, $"{header}\r\n");
        if (token is not null)
            head.Append(CultureInfo.InvariantCulture, $"Authorization: Bearer {token}\r\n");
        if (body is not null)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {content.Length}\r\n");
        return await SendAsync([.. Encoding.Latin1.GetBytes($"{head}\r\n"), .. content]);
    }

    public async Task<Reply> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(request);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        var text = Encoding.UTF8.GetString(answer.ToArray());
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var headers = lines
            .Skip(1)
            .Select(l => l.Split(": ", 2))
            .GroupBy(h => h[0], h => h[1], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(h => h.Key, h => string.Join(", ", h), StringComparer.OrdinalIgnoreCase);
        return new(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            text[(end + 4)..],
            headers
        );
    }
}
