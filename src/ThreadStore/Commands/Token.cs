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
            Console.WriteLine(
                Authentication.Sign(
                    keys,
                    parsed.GetRequiredValue(site),
                    parsed.GetRequiredValue(sub),
                    parsed.GetValue(name),
                    parsed.GetValue(roles) ?? [],
                    TimeSpan.FromMinutes(parsed.GetValue(minutes))
                )
            );
        });
        return command;
    }
}
