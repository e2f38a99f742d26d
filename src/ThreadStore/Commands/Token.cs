using System.CommandLine;
using ThreadStore.Http;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

public static class Token
{
    const int DefaultMinutes = 60;

    public static Command Command()
    {
        var site = new Option<string>("--site")
        {
            Description = "The site that the token is for; * for all",
            Required = true,
        };
        var sub = new Option<string>("--sub") { Description = "The key of the person", Required = true };
        var name = new Option<string?>("--name") { Description = "The name to show; the key where left out" };
        var roles = new Option<string[]>("--role")
        {
            Description = "moderator, analyst, service or admin; may be repeated",
            AllowMultipleArgumentsPerToken = true,
        };
        roles.AcceptOnlyFromAmong("moderator", "analyst", "service", "admin");
        var minutes = new Option<int>("--minutes")
        {
            Description = "How long it is valid",
            DefaultValueFactory = _ => DefaultMinutes,
        };
        site.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is not { } s || (s != "*" && !Keys.IsSite(s)))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -, or is *.");
        });
        sub.Validators.Add(r =>
        {
            if (Keys.Fault(r.GetValueOrDefault<string>() ?? "") is { } fault)
                r.AddError($"--sub {fault}");
        });
        minutes.Validators.Add(r =>
        {
            // what is no number is told already; to ask for its value would throw
            if (r.Tokens is [var token] && int.TryParse(token.Value, out var given) && given < 1)
                r.AddError("--minutes is at least 1.");
        });
        var command = new Command("token", "Print a signed token") { site, sub, name, roles, minutes };
        command.SetAction(parsed =>
        {
            var builder = WebApplication.CreateBuilder();
            var keys = SigningKeys.Find(
                ServerOptions.Read(builder.Configuration, builder.Environment),
                builder.Environment.IsDevelopment()
            );
            var token = Authentication.Sign(
                keys,
                parsed.GetRequiredValue(site),
                parsed.GetRequiredValue(sub),
                parsed.GetValue(name),
                parsed.GetValue(roles) ?? [],
                TimeSpan.FromMinutes(parsed.GetValue(minutes))
            );
            Console.WriteLine(token);
            // for a person who reads it; a program that keeps both streams gets the token alone
            if (
                !Console.IsErrorRedirected
                && LinkTo(builder.Configuration["urls"], parsed.GetValue(roles) ?? [], token) is { } link
            )
                Console.Error.WriteLine($"Opens it in a browser: {link}");
        });
        return command;
    }

    /// <summary>Where the token lets its owner work; null: it is for no page of ours.</summary>
    /// <param name="urls">What the server listens on; null: what it listens on by default.</param>
    /// <remarks>Behind the # it is sent to no server and stands in no log.</remarks>
    public static string? LinkTo(string? urls, IReadOnlyList<string> roles, string token)
    {
        var page =
            roles.Contains("moderator") || roles.Contains("admin") ? "desk"
            : roles.Contains("analyst") ? "insights"
            : null;
        if (page is null)
            return null;
        var url = (string.IsNullOrEmpty(urls) ? ServerOptions.DefaultUrl : urls).Split(';')[0].Trim();
        var address = BindingAddress.Parse(url);
        // what stands for all addresses is none that a browser opens
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}{address.PathBase}/{page}#token={token}";
    }
}
