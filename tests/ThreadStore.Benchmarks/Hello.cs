using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>The least that a server with a database can be: what start is compared with.</summary>
static class Hello
{
    public const string Name = "hello";

    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(_ =>
            NpgsqlDataSource.Create(
                Environment.GetEnvironmentVariable("ConnectionStrings__ThreadStore") ?? ""
            )
        );
        await using var app = builder.Build();
        app.MapGet(
            "/health/ready",
            async (NpgsqlDataSource database) =>
            {
                await using var command = database.CreateCommand("select 'ready'");
                return (string?)await command.ExecuteScalarAsync();
            }
        );
        await app.RunAsync();
    }
}
