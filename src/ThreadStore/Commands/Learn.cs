using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Spectre.Console;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Learned;
using ThreadStore.Rows;

namespace ThreadStore.Commands;

/// <summary>The command <c>learn</c>: a model of a site's own moderators, with a report of how it does.</summary>
public static class Learn
{
    public static Command Command()
    {
        var site = new Option<string>("--site") { Description = "The site's key", Required = true };
        var to = new Option<long?>("--to")
        {
            Description =
                "The last position to learn from; what comes after judges the model. Left out: four fifths of the decisions",
        };
        site.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<string>() is { } key && !Keys.IsSite(key))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -.");
        });
        to.Validators.Add(r =>
        {
            if (r.Tokens is [var token] && long.TryParse(token.Value, out var position) && position < 0)
                r.AddError("--to is a position, 0 or more.");
        });
        var json = new Option<bool>("--json") { Description = "The whole report, as JSON" };
        var command = new Command("learn", "Learn from moderators' decisions what they reject")
        {
            site,
            to,
            json,
        };
        command.SetAction(
            (parsed, ct) =>
                RunAsync(parsed.GetRequiredValue(site), parsed.GetValue(to), parsed.GetValue(json), ct)
        );
        return command;
    }

    /// <exception cref="StartupException">There is no such site, or there are too few decisions.</exception>
    static async Task<int> RunAsync(string site, long? to, bool json, CancellationToken ct)
    {
        await using var host = await Host.OpenHistoryAsync(migrate: true, ct, site);
        var database = host.App.Services.GetRequiredService<NpgsqlDataSource>();
        var models = host.App.Services.GetRequiredService<LearnedModels>();
        await using (
            var known = database.CreateCommand(
                $"select 1 from {ReaderTables.Schema}.site_rows where site = $1",
                site
            )
        )
            if (await known.ExecuteScalarAsync(ct) is null)
                throw new StartupException($"There is no site '{site}'.");
        var decisions = await LearningRun.CountDecisionsAsync(database, site, to, ct);
        if (decisions < LearningRun.MinDecisions)
            throw new StartupException(LearningRun.NotEnough(decisions));
        var language = await LearnedModels.LanguageAsync(database, site, ct);
        LearnedResult? result = null;
        try
        {
            await Import
                .ProgressBar()
                .StartAsync(async bar =>
                {
                    var task = bar.AddTask(Markup.Escape($"learning of {site}"));
                    task.MaxValue = 1;
                    result = await LearningRun.RunAsync(
                        database,
                        site,
                        language,
                        to,
                        done => task.Value = done,
                        ct
                    );
                });
        }
        catch (NotEnoughDecisionsException e)
        {
            throw new StartupException(e.Message);
        }
        if (result is null)
            throw new InvalidOperationException("Learned, and nothing came of it.");
        await models.KeepAsync(site, result, TimeProvider.System.GetUtcNow().ToMicroseconds(), ct);
        if (json)
            Console.WriteLine(
                JsonSerializer.Serialize(new { result.Model.Hash, result.Report }, Kernel.Json.Options)
            );
        else
            Write(result.Model.Hash, result.Report);
        return 0;
    }

    static void Write(string hash, ModelReport report)
    {
        Console.WriteLine($"model {hash}");
        Console.WriteLine(
            FormattableString.Invariant(
                $"learned from {report.Learned} texts up to position {report.TrainedTo}: {report.Decided} decided on, {report.Rejected} of these rejected"
            )
        );
        if (report.Texts == 0)
            Console.WriteLine(
                "judged by nothing, since nothing that moderators decided on came after: how good it is can't be told. Leave --to out, or give an earlier position."
            );
        else
            WriteFigures(report);
        Console.WriteLine($"strongest: {string.Join(", ", report.Ngrams.Select(n => $"\"{n.Text}\""))}");
    }

    static void WriteFigures(ModelReport report)
    {
        Console.WriteLine(
            FormattableString.Invariant(
                $"judged by {report.Texts} texts that came after{(report.NewAuthorsOnly ? ", by people it had not met" : "")}: {report.Positives} rejected, "
            ) + $"AUC {Number(report.Auc)}, average precision {Number(report.AveragePrecision)}"
        );
        Console.WriteLine("threshold  precision  recall  held  a day");
        foreach (var at in report.Thresholds)
            Console.WriteLine(
                $"{Number(at.Threshold), 9}  {Number(at.Precision), 9}  {Number(at.Recall), 6}  {Number(at.Held), 5}  {Number(at.HeldPerDay), 5}"
            );
    }

    static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–";
}
