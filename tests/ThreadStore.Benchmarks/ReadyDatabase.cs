using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ThreadStore.EventStore;

namespace ThreadStore.Benchmarks;

/// <summary>A database with ThreadStore's tables.</summary>
static class ReadyDatabase
{
    /// <returns>The application that it is read by, which does not listen.</returns>
    public static async Task<WebApplication> OpenAsync(string connectionString, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServer(connectionString, new byte[Http.KeyMaterial.MinBytes]);
        var app = builder.Build();
        await Schema.ApplyAsync(app.Services.GetRequiredService<IDocumentStore>(), ct);
        return app;
    }
}
