using System.IO.Compression;
using JasperFx.CodeGeneration;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Configuration.Memory;
using Scalar.AspNetCore;
using ThreadStore.Databases;
using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.Face;
using ThreadStore.Http;
using ThreadStore.Http.Hot;
using ThreadStore.Mail;
using ThreadStore.OpenApi;
using ThreadStore.Postgres;
using ThreadStore.Search;
using ThreadStore.Setup;
using ThreadStore.Telemetry;
using Wolverine;
using Wolverine.Http;

namespace ThreadStore;

/// <summary>Puts the server together: what it consists of, and what a request passes through.</summary>
public static class Server
{
    /// <summary>
    /// What the framework logs of requests, with their addresses whole: secrets of notices, what people search for and what
    /// ends somebody's mail are in them. Whatever is configured, it stays off; traces tell of requests without.
    /// </summary>
    public static readonly IReadOnlyList<string> RequestLogs =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing.Matching",
    ];

    // the lowest in rank: settings files, the environment and the command line come after
    static readonly Dictionary<string, string?> Defaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        ["Logging:LogLevel:Marten"] = "Warning",
        // it would log each statement of a failed transaction, with its texts; whoever ran it logs why, once
        ["Logging:LogLevel:Marten.IDocumentStore"] = "None",
        ["Logging:LogLevel:Wolverine"] = "Warning",
        // it speaks of keys that nothing here uses
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        // it misses message handlers; endpoints are all that there is so far
        ["Logging:LogLevel:Wolverine.Configuration.HandlerDiscovery"] = "Error",
        ["Logging:LogLevel:JasperFx"] = "Warning",
    };

    /// <param name="tellsMetrics">False: another server of this program tells them for both.</param>
    /// <param name="sessions">The way past a pooler, where there is one; see <see cref="SessionConnections"/>.</param>
    public static void AddServer(
        this WebApplicationBuilder builder,
        string connectionString,
        SigningKeys signingKeys,
        bool tellsMetrics = true,
        string? sessions = null
    )
    {
        ServerOptions.AddTo(builder.Services);
        AllDatabases.AddTo(builder.Services);
        builder.Services.AddThreadStore(connectionString, sessions);
        builder.Services.AddSingleton(signingKeys);
        builder.Services.AddSingleton<Identity.Issuer>();
        builder.Services.AddSingleton<Tokens>();
        builder.Services.AddSingleton<Origins>();
        builder.Services.AddSingleton<Newcomers>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<Moderation.WhatIfTurn>();
        builder.Services.AddSingleton<Limits>();
        builder.Services.AddSingleton<RateBuckets>();
        builder.Services.AddSingleton(s => new ServeHotPages(
            s.GetRequiredService<Http.Hot.HotPages>(),
            s.GetRequiredService<RateBuckets>().Reads,
            s.GetRequiredService<TrustedProxies>(),
            s.GetRequiredService<Caching>()
        ));
        BehindProxies.AddTo(builder.Services);
        builder.Services.AddSingleton(s => new Caching(s.GetRequiredService<ServerOptions>().SharedMaxAge));
        HotServer.AddTo(builder.Services, builder.Configuration);
        builder.Services.AddOpenApi(o =>
        {
            o.ShouldInclude = _ => false;
            o.AddDocumentTransformer<OpenApiDescription>();
        });
        // it remembers what it saw the last time
        builder.Services.AddSingleton<SearchHealth>();
        builder
            .Services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database")
            .AddCheck<SearchHealth>("search")
            .AddCheck<DeliveryHealth>("deliveries");
        builder.Services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.MimeTypes =
            [
                .. ResponseCompressionDefaults.MimeTypes,
                "application/problem+json",
                "application/x-ndjson",
                Feeds.AtomFeed.ContentType,
                Feeds.JsonFeed.ContentType,
                "text/csv",
            ];
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        if (tellsMetrics)
            builder.AddTelemetry();

        builder.Services.AddWolverineHttp();
        builder.Host.UseWolverine(
            o =>
            {
                o.ApplicationAssembly = typeof(Server).Assembly;
                // what leaves the house comes from the history, see Deliveries: no inbox, no outbox, no agents to keep
                o.Durability.Mode = DurabilityMode.MediatorOnly;
#if DEBUG
                o.UseRuntimeCompilation();
                o.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#else
                o.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#endif
            },
            // the search for extensions would load every assembly that is deployed, used or not
            ExtensionDiscovery.ManualOnly
        );

        // requests under way may finish; an orchestrator kills after 30 s
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.WebHost.ConfigureKestrel(o =>
        {
            o.AddServerHeader = false;
            o.HearReasons();
            var limits = o.ApplicationServices.GetRequiredService<Limits>();
            o.ConfigureEndpointDefaults(listen =>
            {
                listen.Use(next => connection => limits.ServeAsync(next, connection));
                listen.ExplainBareAnswers();
            });
            limits.ApplyTo(o.Limits);
            o.Limits.MaxRequestLineSize = 32 * 1024;
            o.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        });
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults });
        builder.Logging.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        foreach (var category in RequestLogs)
            builder.Logging.AddFilter(category, LogLevel.None);
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls(ServerOptions.DefaultUrl);
    }

    static IResult AnswerOptions(HttpContext http)
    {
        http.Response.Headers.Allow = "GET, HEAD, OPTIONS";
        return Results.NoContent();
    }

    public static void UseServer(this WebApplication app)
    {
        var pages = app.Services.GetRequiredService<ServeHotPages>();
        if (app.Services.GetRequiredService<IServer>() is not HotServer)
            app.Use(next =>
                http =>
                    pages.Find(http.Features) is { } page ? pages.SendAsync(http.Features, page) : next(http)
            );
        app.UseMiddleware<BehindProxies>();
        app.KeepMetricsAlone();
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<Faults>();
        app.UseResponseCompression();
        app.UseMiddleware<SafePages>();
        app.UseMiddleware<PathSegments>();
        app.UseRouting();
        app.UseMiddleware<Cors>();
        app.UseReadLimit(pages.Reads); // before the Gate, which waits and asks the database
        app.UseMiddleware<RefusedCallers>();
        app.UseMiddleware<Gate>();
        app.UseMiddleware<LoadShedding>();
        app.UseMiddleware<WriteLimits>();
        app.UseMiddleware<Identity.AdminLog>();
        app.Use(AddressBook.NoteAsync);
        app.MapWolverineEndpoints(o => o.AddParameterHandlingStrategy<Parameters>());
        app.MapOpenApi("/openapi/v1.json").KeepDocument();
        app.MapScalarApiReference(
            "/docs",
            // the page needs this server only: no fonts, no proxy, nothing that calls home
            o =>
                o.WithTitle("ThreadStore")
                    .WithOpenApiRoutePattern("/openapi/v1.json")
                    .AddPreferredSecuritySchemes(OpenApiOperations.Scheme)
                    .WithDefaultHttpClient(ScalarTarget.JavaScript, ScalarClient.Fetch)
                    .DisableDefaultFonts()
                    .DisableTelemetry()
                    .DisableAgent()
                    .DisableMcp()
                    .HideDeveloperTools()
                    .HideClientButton()
        );
        // the last resort: the demo has a page there
        app.MapGet("/", () => Results.LocalRedirect("~/docs"))
            .WithOrder(int.MaxValue)
            .ExcludeFromDescription();
        // HAProxy's httpchk asks so whether anybody is there
        app.MapMethods("/", [HttpMethods.Options], AnswerOptions).ExcludeFromDescription();
        app.MapGet(
                "/problems/{code}",
                (string code) =>
                    ProblemPage.Of(code) is { } page
                        ? Results.Content(page, "text/html; charset=utf-8")
                        : Problem.NotFound
            )
            .ExcludeFromDescription();
        app.MapUnsubscribing();
        app.MapFace();
        app.MapSignInWays();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        var readiness = app.Services.GetRequiredService<Readiness>();
        app.Map("/health/ready", readiness.AnswerAsync).ExcludeFromDescription();
        if (app.Services.GetService<OpenTelemetry.Metrics.MeterProvider>() is not null)
            app.MapMetrics();
    }
}
