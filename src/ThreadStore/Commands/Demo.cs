using System.CommandLine;
using ThreadStore.Appending;
using ThreadStore.Demo;

namespace ThreadStore.Commands;

public static class Demo
{
    public static Command Command()
    {
        var command = new Command("demo", "Run the server on its own database, with a sample and a page");
        command.SetAction((_, ct) => RunAsync(ct));
        return command;
    }

    static Task<int> RunAsync(CancellationToken ct) =>
        Serve.UntilEndedAsync(() => RunUntilEndedAsync(ct), ct);

    static async Task RunUntilEndedAsync(CancellationToken ct)
    {
        var discussion = DemoDiscussion.Read();
        await using var host = await Host.StartAsync(
            ownKey: true,
            embeddedOnly: true,
            listens: true,
            configure: DemoPage.Configure,
            ct: ct
        );
        host.App.MapDemoPage(host.SigningKeys, discussion.ArticleKey);
        await host.SettleSchemaAsync(migrate: true, ct);
        await host.App.StartAsync(ct);
        var appender = host.App.Services.GetRequiredService<Appender>();
        await new LoadDemo(appender, TimeProvider.System).RunAsync(DemoPage.Site, discussion, ct);
        Serve.Announce(host);
        Console.WriteLine($"Demo page: {PageAddress(host.App.Urls)}");
        await host.App.WaitForShutdownAsync(ct);
    }

    /// <summary>An address that a browser on this machine can open.</summary>
    public static string PageAddress(IEnumerable<string> urls)
    {
        var first = urls.Select(BindingAddress.Parse)
            .OrderBy(a => a.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .First();
        // these stand for all addresses of the machine
        var host = first.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : first.Host;
        return $"{first.Scheme}://{host}:{first.Port}/";
    }
}
