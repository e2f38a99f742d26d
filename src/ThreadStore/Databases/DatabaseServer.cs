using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace ThreadStore.Databases;

/// <summary>
/// A whole server on one further database, which listens nowhere: the <see cref="SiteRouter"/> hands it the requests about its
/// sites as they came.
/// </summary>
public sealed class DatabaseServer(string name) : IServer
{
    Func<IFeatureCollection, Task>? answer;

    public string Name => name;

    /// <summary>What it consists of; null until its database was first reached.</summary>
    public WebApplication? App { get; set; }

    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Null: its database was not reached yet.</summary>
    public Func<IFeatureCollection, Task>? Answer => Volatile.Read(ref answer);

    public Task StartAsync<TContext>(
        IHttpApplication<TContext> application,
        CancellationToken cancellationToken
    )
        where TContext : notnull
    {
        Volatile.Write(ref answer, request => AnswerAsync(application, request));
        return Task.CompletedTask;
    }

    /// <summary>Has a request answered, as a server that listens does.</summary>
    public static async Task AnswerAsync<TContext>(
        IHttpApplication<TContext> application,
        IFeatureCollection request
    )
        where TContext : notnull
    {
        var context = application.CreateContext(request);
        try
        {
            await application.ProcessRequestAsync(context);
        }
        catch (Exception e)
        {
            application.DisposeContext(context, e);
            throw;
        }
        application.DisposeContext(context, exception: null);
    }

    // those under way are the listening server's to wait for
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() { }
}

/// <summary>It ends when the server that listens does, and by nothing of its own.</summary>
sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
