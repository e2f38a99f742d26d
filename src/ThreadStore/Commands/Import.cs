using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;
using ThreadStore.Appending;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Transfer;
using ThreadStore.Transfer.Formats;
using Markup = Spectre.Console.Markup;

namespace ThreadStore.Commands;

public static class Import
{
    public static Command Command()
    {
        var site = new Option<string>("--site")
        {
            Description = "Where to; created with default settings if it isn't there",
            Required = true,
        };
        var format = new Option<string?>("--format")
        {
            Description =
                "Recognised by content where left out; text: a news page as plain text; threadstore: what export wrote",
        };
        format.AcceptOnlyFromAmong([.. Recognition.Names]);
        var json = new Option<bool>("--json") { Description = "Print the report as JSON" };
        var siteUrl = new Option<string?>("--site-url") { Description = "Base of relative addresses" };
        var urlMap = new Option<FileInfo?>("--url-map") { Description = "CSV of old,new addresses" };
        var report = new Option<FileInfo?>("--report")
        {
            Description = "Where to write the problems, as NDJSON, a line each",
        };
        var article = new Option<string?>("--article")
        {
            Description = "The article's key; the file's name without its ending where left out",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would come of it" };
        var strict = new Option<bool>("--strict")
        {
            Description = "Store nothing where anything can't be read, or was split with low confidence",
        };
        var from = new Option<int?>("--comments-from-line")
        {
            Description = "Line of the first commenter's name; 0: no comments",
        };
        var none = new Option<bool>("--no-comments") { Description = "All of the page is the article" };
        var lines = new Option<int[]?>("--name-lines")
        {
            Description = "Lines of all names, as in 17,21,23",
            CustomParser = Numbers,
        };
        var names = new Option<FileInfo?>("--names-file") { Description = "Known names, one a line" };
        var title = new Option<string?>("--title")
        {
            Description = "The article's title; its first paragraph where left out",
        };
        var url = new Option<string?>("--url") { Description = "The article's address" };
        var date = new Option<DateOnly?>("--date") { Description = "Day of publication, as in 2021-04-02" };
        var files = new Argument<FileInfo[]>("FILE")
        {
            Description = "The files to read",
            Arity = ArgumentArity.OneOrMore,
        };
        site.Validators.Add(r =>
        {
            if (!Keys.IsSite(r.GetValueOrDefault<string>() ?? ""))
                r.AddError("--site has 1 to 63 of a-z, 0-9 and -.");
        });
        var command = new Command("import", "Load discussions from elsewhere; safe to repeat")
        {
            site,
            format,
            article,
            dryRun,
            strict,
            json,
            report,
            siteUrl,
            urlMap,
            from,
            none,
            lines,
            names,
            title,
            url,
            date,
            files,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(article) is not null && r.GetValue(files)?.Length > 1)
                r.AddError("--article names one article; give one file with it.");
            Option[] ofText = [article, from, none, lines, names, title, url, date];
            if (
                r.GetValue(format) is not (null or ImportTextPage.Format)
                && ofText.FirstOrDefault(o => r.GetResult(o) is not null) is { } foreign
            )
                r.AddError($"{foreign.Name} goes with --format text.");
        });
        command.SetAction(
            async (parsed, ct) =>
            {
                var known = parsed.GetValue(names) is { } file
                    ? await File.ReadAllLinesAsync(file.FullName, ct)
                    : null;
                var options = new TextPageOptions(
                    parsed.GetValue(from),
                    parsed.GetValue(none),
                    parsed.GetValue(lines) is { Length: > 0 } numbers ? numbers : null,
                    known?.Select(n => n.Trim()).Where(n => n.Length > 0).ToHashSet(),
                    parsed.GetValue(title),
                    parsed.GetValue(url),
                    parsed.GetValue(date)
                );
                var arguments = new ImportArguments(
                    parsed.GetRequiredValue(site),
                    parsed.GetValue(format),
                    parsed.GetValue(dryRun),
                    parsed.GetValue(strict),
                    parsed.GetValue(json),
                    parsed.GetValue(siteUrl),
                    parsed.GetValue(urlMap),
                    parsed.GetValue(report),
                    parsed.GetValue(article)
                );
                await RunAsync(arguments, parsed.GetRequiredValue(files), options, ct);
            }
        );
        return command;
    }

    static async Task RunAsync(
        ImportArguments arguments,
        IReadOnlyList<FileInfo> files,
        TextPageOptions options,
        CancellationToken ct
    )
    {
        var inputs = Importing.Open(files);
        var format = arguments.Format ?? Recognition.FormatOf(inputs);
        var isShown =
            format == ImportTextPage.Format
            && arguments is { AsJson: false, Report: null, SiteUrl: null, UrlMap: null };
        if (!isShown)
            await Importing.RunAsync(arguments, format, files, inputs, options, ct);
        else
        {
            var pages = new List<(string Key, TextPage Page)>();
            foreach (var input in inputs)
                pages.Add(await ReadAsync(input, arguments.Article, options, arguments.Strict, ct));
            if (arguments.Article is not null && pages.Count > 1)
                throw new StartupException(ImportRun.OneArticle);
            if (arguments.DryRun)
                pages.ForEach(p => Show(p.Key, p.Page));
            else
                await WriteAsync(arguments.Site, pages, ct);
        }
    }

    static int[]? Numbers(ArgumentResult result)
    {
        var numbers = new List<int>();
        foreach (
            var part in result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries))
        )
        {
            if (!int.TryParse(part, out var number))
            {
                result.AddError("--name-lines are numbers, as in 17,21,23.");
                return null;
            }
            numbers.Add(number);
        }
        return [.. numbers];
    }

    /// <exception cref="StartupException">The file is refused; nothing was written.</exception>
    static async Task<(string, TextPage)> ReadAsync(
        ImportInput file,
        string? article,
        TextPageOptions options,
        bool strict,
        CancellationToken ct
    )
    {
        var key = article ?? TextFormat.KeyOf(file.Name);
        if (Keys.Fault(key) is { } fault)
            throw new StartupException($"The article's key {fault} Give one with --article.");
        await using var content = file.Open();
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, ct);
        switch (TextPage.Read(bytes.ToArray(), options))
        {
            case TextRefusal refusal:
                throw new StartupException($"{file.Name}:{refusal.Line}: {refusal.Message}");
            case TextPage page:
                foreach (var warning in page.Warnings)
                    await Console.Error.WriteLineAsync(
                        $"{file.Name}:{warning.Line}: warning: {warning.Message}"
                    );
                if (strict && page.Confidence == TextConfidence.Low)
                    throw new StartupException(
                        $"{file.Name}: the text alone can't tell names from other lines; see --dry-run, then give --name-lines or --comments-from-line."
                    );
                if (strict && page.Comments.FirstOrDefault(c => c.IsEmpty) is { } empty)
                    throw new StartupException(
                        $"{file.Name}:{empty.NameLine}: the comment of \"{empty.Author}\" shows nothing."
                    );
                return (key, page);
            default:
                throw new InvalidOperationException("A page or a refusal.");
        }
    }

    static void Show(string key, TextPage page)
    {
        foreach (var line in page.Lines)
            Console.WriteLine($"{line.Line} / {(char)line.Kind} / {line.Text}");
        Console.WriteLine(
            $"{key}: {page.Paragraphs.Count} paragraphs, {page.Comments.Count} comments, confidence {page.Confidence.Word()}"
        );
    }

    static async Task WriteAsync(string site, List<(string Key, TextPage Page)> pages, CancellationToken ct)
    {
        await using var host = await Host.StartAsync(needsKey: false, answers: false, newSite: site, ct: ct);
        await host.SettleSchemaAsync(migrate: true, ct);
        await host.RefuseOneOfSeveralAsync(ct);
        var appender = host.App.Services.GetRequiredService<Appender>();
        await appender.StartAsync(ct);
        await Importing.CheckKeysAsync(host, site, ct);
        var import = new ImportTextPage(
            appender,
            TimeProvider.System,
            host.App.Services.GetRequiredService<Privacy.Erasures>()
        );
        var warnings = new List<string>();
        var results = new List<(string Key, ImportCounts Counts)>();
        await ProgressBar()
            .StartAsync(async bar =>
            {
                foreach (var (key, page) in pages)
                {
                    var task = bar.AddTask(Markup.Escape(key), maxValue: Math.Max(1, page.Comments.Count));
                    results.Add(
                        (
                            key,
                            await import.RunAsync(site, key, page, warnings.Add, n => task.Increment(n), ct)
                        )
                    );
                    task.Value = task.MaxValue;
                }
            });
        await appender.StopAsync(CancellationToken.None);
        warnings.ForEach(w => Console.Error.WriteLine($"warning: {w}"));
        foreach (var (key, c) in results)
            Console.WriteLine(
                $"{key}: read {c.Read}, created {c.Created}, already {c.Already}, rejected {c.Rejected}"
            );
    }

    /// <summary>On stderr: results alone go to stdout.</summary>
    public static Progress ProgressBar() =>
        AnsiConsole
            .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            );
}
