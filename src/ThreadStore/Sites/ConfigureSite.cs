using System.Text.Json;
using System.Text.Json.Nodes;
using ThreadStore.Appending;
using ThreadStore.Databases;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation;
using ThreadStore.Postgres;
using ThreadStore.Rows;
using Wolverine.Http;

namespace ThreadStore.Sites;

public static class ConfigureSiteEndpoint
{
    /// <summary>Sets up a site, or changes its settings; members left out keep their value.</summary>
    /// <returns>201 the site, new; 200 the site, which was there; 400 validation; 413; 503 busy, unavailable.</returns>
    [Operation("putSite"), Answers(typeof(SiteShape))]
    [WolverinePut("/v1/sites/{site}"), Roles(Role.Admin), CreatesSite, BodyLimit(BodyLimitAttribute.Large)]
    public static async Task<IResult> Put(
        string site,
        [Body(Shape = typeof(SiteChangesShape))] JsonObject command,
        Caller caller,
        AllDatabases databases,
        HttpContext http,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var (wanted, misplaced) = TakeDatabase(command);
        if (misplaced is not null)
            return misplaced;
        // looked at here, beside the Appender's one loop: compiling a thousand expressions takes its time
        if (Configuration.Refuse(command, site) is { } invalid)
            return Problem.Of(invalid);
        if (command.Count > 0)
            AdminLog.Note(http, string.Join(", ", command.Select(c => c.Key).Order(StringComparer.Ordinal)));
        var (services, _, homeless) = await databases.HomeAsync(site, wanted, ct);
        if (homeless is not null)
            return homeless;
        var (changes, seals, problem) = await services
            .GetRequiredService<SettingSecrets>()
            .TakeAsync(site, command, ct);
        if (problem is not null)
            return problem;
        var receipt = await services
            .GetRequiredService<Appender>()
            .AppendAsync(
                new Configuration(site, changes, caller.Key, now.ToMicroseconds())
                {
                    Seals = seals,
                    ClassifierSecretIsGiven = SettingSecrets.IsGiven(command, SettingSecrets.Classifier),
                },
                ct
            );
        if (receipt.Refusal is { } refusal)
            return Problem.Of(refusal);
        services.GetRequiredService<Origins>().Forget(site);
        var written = receipt.Answer!;
        KnownSettings.Learn(site, written.Settings);
        // before the first comment waits for it
        ScreeningSettings.Of(written.Settings).MakeReady();
        var status = written.Version == 1 && written.CreatedAt == now.ToMicroseconds() ? 201 : 200;
        return Answer.Of(SiteView.Of(written), status) with { Position = receipt.Position, IsPrivate = true };
    }

    /// <summary>Where the site is to live is no setting of it.</summary>
    static (string? Wanted, Problem? Refusal) TakeDatabase(JsonObject command)
    {
        const string member = "database";
        if (!command.TryGetPropertyValue(member, out var value) || !command.Remove(member) || value is null)
            return (null, null);
        return value is JsonValue text && text.TryGetValue<string>(out var name)
            ? (name.ToLowerInvariant(), null)
            : (null, Problem.Validation(member, Flaw.Of("is the name of a database.")));
    }
}

/// <summary>The command with all that it came with; answers with the site.</summary>
public sealed record Configuration(string Site, JsonObject Changes, string By, DateTimeOffset Now)
    : ISubmission<Site>
{
    /// <summary>Why such changes are none, whatever the settings were before: each rule is about one of them.</summary>
    public static Refusal? Refuse(JsonObject changes, string site)
    {
        var (settings, problem) = Apply(site, new SiteSettings(), changes);
        return problem ?? SettingsRules.Refuse(settings!);
    }

    /// <summary>Secrets of settings, encrypted, where they are others than before.</summary>
    public IReadOnlyDictionary<string, byte[]> Seals { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Whoever changes the settings said the classifier's secret, be it the same as before.</summary>
    public bool ClassifierSecretIsGiven { get; init; }

    public void Need(WorkingSet set) { }

    public Decision Decide(WorkingSet known)
    {
        var before = known.Sites[Site, Guid.Empty];
        if (before is null && Keys.RefuseNewSite(Site) is { } taken)
            return taken;
        var (settings, problem) = Apply(Site, before?.Settings ?? new SiteSettings(), Changes);
        if (problem is not null)
            return problem;
        if (settings!.Classifier is { Url: Classifier.Mask })
            return Refusal.Validation(
                SettingSecrets.Classifier,
                Flaw.Of("has an address and a secret.", "required")
            );
        // nobody learns a secret by having it sent elsewhere
        if (
            settings.Classifier is { SendsSecret: true } service
            && before?.Settings.Classifier is { } was
            && (service.Url, service.Kind) != (was.Url, was.Kind)
            && !ClassifierSecretIsGiven
        )
            return Refusal.Validation(
                SettingSecrets.Classifier,
                Flaw.Of("has its secret said anew, since another address or kind is to get it.", "required")
            );
        if (LearnedRules.Refuse(settings, before?.Settings) is { } unlearned)
            return unlearned;
        // whatever the secret stood in before
        if (Seals.ContainsKey(SettingSecrets.Classifier) && settings.Classifier is { } classifier)
            settings = settings with { Classifier = classifier with { Secret = Classifier.Mask } };
        var old = before?.Settings;
        var beside = new List<RowStatement>();
        if (
            (
                Keep(SettingSecrets.Challenge, settings.Challenge, old?.Challenge, beside)
                ?? Keep(SettingSecrets.Classifier, settings.Classifier, old?.Classifier, beside)
            ) is
            { } bare
        )
            return bare;
        var configured = new SiteConfigured(Site, settings!, By, Now);
        var id = StreamId.Site(Site);
        return before is null
                ? Decision.Append(StreamEvent.First<Site>(id, configured)) with
                {
                    Beside = beside,
                }
            : Seals.Count == 0 && KnownSettings.Text(before.Settings) == KnownSettings.Text(settings!)
                ? Decision.Nothing
            : Decision.Append(new StreamEvent(id, configured)) with { Beside = beside };
    }

    /// <summary>The secret of a setting, which it must have when it is new, and which goes with it.</summary>
    Refusal? Keep(string name, object? setting, object? before, List<RowStatement> beside)
    {
        if (setting is not null && Seals.TryGetValue(name, out var seal))
            beside.Add(SiteSecrets.Put(Site, SiteSecrets.Setting, name, seal));
        else if (setting is not null && before is null)
            return Refusal.Validation(name, Flaw.Of("has a secret.", "required"));
        else if (setting is null && before is not null)
            beside.Add(SiteSecrets.Remove(Site, SiteSecrets.Setting, name));
        return null;
    }

    /// <summary>Settings with changes; those left out stay.</summary>
    public static (SiteSettings?, Refusal?) Apply(string site, SiteSettings before, JsonObject changes)
    {
        var merged = JsonSerializer.SerializeToNode(before, Json.Options)!.AsObject();
        // what GET answers may be sent back
        foreach (var (member, value) in changes.Where(c => c.Key != "key" || c.Value?.ToString() != site))
            merged[member] = value?.DeepClone();
        // a site without a name is shown under its key
        if (merged["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text == site)
            merged["name"] = null;
        var (settings, problem) = StrictJson.Parse<SiteSettings>(JsonSerializer.SerializeToUtf8Bytes(merged));
        return settings?.Classifier is { } classifier
            ? (settings with { Classifier = classifier.Unmasked(before.Classifier) }, problem)
            : (settings, problem);
    }

    public Site Answer(WorkingSet known, Decision decision) => known.Sites.Require(Site, Guid.Empty);
}

/// <summary>A site as its administrators see it: its key and all settings.</summary>
public static class SiteView
{
    public static JsonObject Of(Site site) => Of(site.Key, site.Settings);

    public static JsonObject Of(string key, SiteSettings settings)
    {
        var view = new JsonObject { ["key"] = key };
        foreach (var (member, value) in JsonSerializer.SerializeToNode(settings, Json.Options)!.AsObject())
            view[member] = value?.DeepClone();
        view["name"] ??= key;
        return view;
    }
}
