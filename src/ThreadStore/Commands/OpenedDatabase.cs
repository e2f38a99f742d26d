using Marten;
using Npgsql;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Setup;

namespace ThreadStore.Commands;

/// <summary>One of several databases as a command has it: with all that a server on it consists of, which is not started.</summary>
sealed class OpenedDatabase : IAsyncDisposable
{
    readonly WebApplication app;

    OpenedDatabase(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    public NpgsqlDataSource Database => app.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Directly, not by a pooler; what is new is looked at by the way that servers will take, too.</summary>
    /// <param name="isNew">Its schema is made; otherwise it must be that of this version.</param>
    /// <exception cref="StartupException">It can't be used.</exception>
    public static async Task<OpenedDatabase> OpenAsync(
        NamedDatabase named,
        ServerOptions options,
        bool isNew,
        CancellationToken ct
    )
    {
        await using (
            var check = isNew
                ? new DatabaseCheck(named.ConnectionString, named.Session)
                : new DatabaseCheck(named.Direct)
        )
            await check.RunAsync(ct);
        var builder = WebApplication.CreateBuilder();
        builder.AddServer(
            named.Direct,
            // no token is checked or signed
            SigningKeys.IfAny(options) ?? new byte[KeyMaterial.MinBytes],
            tellsMetrics: false
        );
        var app = builder.Build();
        try
        {
            var store = app.Services.GetRequiredService<IDocumentStore>();
            await (isNew ? Schema.ApplyAsync(store, ct) : Schema.CheckAsync(store, ct));
            return new(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
