using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ThreadStore.Setup;

namespace ThreadStore.Telemetry;

/// <summary>What operators see: metrics for Prometheus, traces and metrics by OTLP where the usual variables ask for it.</summary>
public static class MetricsAndTraces
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var sendsOut = SendsOut(builder.Configuration);
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .WithMetrics(m =>
            {
                m.AddAspNetCoreInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddMeter("Npgsql", "Marten", Meters.Name)
                    .AddView(Cardinality);
                m.AddPrometheusExporter(o => o.ScrapeResponseCacheDurationMilliseconds = MetricsAge);
                if (sendsOut)
                    m.AddOtlpExporter();
            });
        // tracing costs on every request; nobody reads traces that go nowhere
        if (sendsOut)
            telemetry.WithTracing(t =>
                t.AddAspNetCoreInstrumentation().AddSource("Npgsql", "Marten", "Wolverine").AddOtlpExporter()
            );
        if (ServerOptions.Read(builder.Configuration, builder.Environment).MetricsUrls is { Count: > 0 } urls)
            builder.WebHost.UseUrls([
                .. (builder.Configuration["urls"] ?? ServerOptions.DefaultUrl).Split(';'),
                .. urls,
            ]);
    }

    /// <summary>How many series a metric may have; all of them take up memory from the start.</summary>
    /// <returns>Null: 2,000, where routes, methods and statuses come together.</returns>
    static MetricStreamConfiguration? Cardinality(Instrument instrument) =>
        instrument.Meter.Name == "Microsoft.AspNetCore.Hosting"
            ? null
            : new() { CardinalityLimit = MaxSeries };

    /// <summary>
    /// In milliseconds: to collect all metrics takes some, and whoever asks sooner is told the same. Prometheus asks every
    /// fifteen seconds.
    /// </summary>
    const int MetricsAge = 1_000;

    /// <summary>Enough for one of each route.</summary>
    const int MaxSeries = 400;

    /// <summary>Whether somebody elsewhere is told, traces included.</summary>
    public static bool SendsOut(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    const string Path = "/metrics";

    /// <summary>On an address of its own where one is configured, and then nowhere else.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        var endpoint = app.MapPrometheusScrapingEndpoint(Path);
        if (PortsOf(app) is { Count: > 0 } ports)
            endpoint.RequireHost([.. ports.Select(p => $"*:{p}")]);
    }

    /// <summary>That address answers nothing else: it is open to who watches, and they are not its readers.</summary>
    public static void KeepMetricsAlone(this WebApplication app)
    {
        var ports = PortsOf(app);
        if (ports.Count == 0)
            return;
        app.Use(next =>
            http =>
            {
                if (!ports.Contains(http.Connection.LocalPort) || http.Request.Path == Path)
                    return next(http);
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
    }

    static HashSet<int> PortsOf(WebApplication app) =>
        [
            .. app
                .Services.GetRequiredService<ServerOptions>()
                .MetricsUrls.Select(u => BindingAddress.Parse(u).Port),
        ];
}
