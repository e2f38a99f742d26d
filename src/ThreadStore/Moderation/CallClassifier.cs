using System.Buffers;
using System.Net;
using System.Text.Json;
using Npgsql;
using ThreadStore.Appending;
using ThreadStore.Comments;
using ThreadStore.Deliveries;
using ThreadStore.EventStore;
using ThreadStore.Http;
using ThreadStore.Identity;
using ThreadStore.Kernel;
using ThreadStore.Moderation.Classifiers;
using ThreadStore.Rows;
using ThreadStore.Sites;
using ThreadStore.Threads;

namespace ThreadStore.Moderation;

/// <summary>
/// Asks a site's classifier what it thinks of a comment that was posted or edited, and takes in what it answers at once.
/// </summary>
/// <remarks>
/// It may be asked twice; a second verdict on the same version does nothing.
/// </remarks>
public sealed class CallClassifier(
    NpgsqlDataSource database,
    SignedPost post,
    SettingSecrets secrets,
    Appender appender,
    TimeProvider clock
)
{
    /// <summary>Who brought a verdict that came as an answer: the site's own settings asked for it.</summary>
    public const string By = "classifier";

    /// <summary>The members of the comment are those of the API; these follow them.</summary>
    /// <param name="Language">Of the site, as its settings name it.</param>
    /// <param name="Event">Why it is asked: <c>comment-posted</c> or <c>comment-edited</c>.</param>
    sealed record Surroundings(string Site, string Language, string Event, Context Context);

    /// <param name="Parent">What it replies to, where that is published.</param>
    sealed record Context(ArticleInContext Article, ParentInContext? Parent, AuthorInContext Author);

    sealed record ArticleInContext(string Key, string Title, string? Url, string? Section);

    sealed record ParentInContext(Guid Id, Author Author, string Body);

    /// <param name="CommentCount">Published ones.</param>
    sealed record AuthorInContext(DateTimeOffset JoinedAt, int CommentCount, int RejectedCount);

    /// <param name="Classifier">As the settings have it, with its secret; null: there is none any more.</param>
    /// <param name="Json">What one that understands ours is sent.</param>
    sealed record Question(Classifier? Classifier, SiteSettings Site, ReadOnlyMemory<byte> Json);

    static readonly string Versions = EventCatalogue.Sql(static e => e.MakesVersion);

    // The version is the one that the text came with: the same however often it is asked, whatever happens meanwhile.
    // Address, kind and secret are of one moment: nobody is sent the secret of another.
    static readonly string Asked = $$"""
        select {{CommentView.Columns}}, a.key, a.title, a.url, a.section, u.joined_at, u.comment_count, u.rejected_count,
          p.id, p.author, '{' || p.content || '}', e.type, s.settings_hash,
          case when s.settings_hash = $4 then null else s.settings end,
          (select count(*) from {{Events}} x
            where x.tenant_id = $1 and x.stream_id = $2 and x.seq_id <= $3 and x.type in {{Versions}})::integer,
          {{SiteSecrets.Sql("$1", SiteSecrets.Setting, $"'{SettingSecrets.Classifier}'")}}
        from {{ReaderTables.Schema}}.comment_rows c
        join {{ReaderTables.Schema}}.article_rows a on a.site = c.site and a.id = c.article_id
        join {{ReaderTables.Schema}}.commenter_rows u on u.site = c.site and u.id = c.author_id
        join {{ReaderTables.Schema}}.site_rows s on s.site = c.site
        join {{Events}} e on e.seq_id = $3
        left join {{ReaderTables.Schema}}.comment_rows p
          on p.site = c.site and p.id = c.parent_id and p.state = 'published'
        where c.site = $1 and c.id = $2 and c.state <> 'deleted' and not exists (
          select 1 from {{Events}} x
          where x.tenant_id = $1 and x.stream_id = $2 and x.seq_id > $3 and x.type = 'comment-edited')
        """;

    const string Events = EventTables.Events;

    public async Task<DeliveryOutcome> RunAsync(Delivery delivery, CancellationToken ct)
    {
        // what was deleted leaves the house no more, and an edited text comes with an event of its own
        if (await AskAsync(delivery, ct) is not { } question)
            return DeliveryOutcome.Done;
        if (question.Classifier is not { } classifier)
            return DeliveryOutcome.Done;
        if (classifier.Secret == Classifier.Mask)
            return DeliveryOutcome.Failed("the classifier's secret can't be read: put it once more");
        try
        {
            return ClassifierService.Of(classifier.Kind) is { } service
                ? await AskAsync(service, delivery, classifier, question, ct)
                : await AskAsync(
                    delivery with
                    {
                        Url = classifier.Url,
                        Secret = classifier.Secret,
                    },
                    question.Json,
                    ct
                );
        }
        catch (Exception e) when (NoAnswer.Reason(e, ct) is { } reason)
        {
            return DeliveryOutcome.Failed(reason);
        }
    }

    /// <summary>Asks a service in its own way.</summary>
    async Task<DeliveryOutcome> AskAsync(
        ClassifierService service,
        Delivery delivery,
        Classifier classifier,
        Question question,
        CancellationToken ct
    )
    {
        var comment = AskedComment.Read(question.Json.Span, question.Site);
        if (service.Refuse(classifier, comment) is { } missing)
            return DeliveryOutcome.Failed(missing);
        using var request = service.Request(classifier, comment);
        var answer = await post.SendAsync(request, ct);
        if (answer.Status is < HttpStatusCode.OK or >= HttpStatusCode.MultipleChoices)
            return DeliveryOutcome.Failed($"answered {(int)answer.Status}", answer.RetryAfter);
        return service.Read(answer) is { } opinion
            ? await TakeAsync(delivery, opinion.On(comment.Version), ct)
            : DeliveryOutcome.Failed("answered in a way that it does not document");
    }

    /// <summary>Asks one that understands ours.</summary>
    async Task<DeliveryOutcome> AskAsync(
        Delivery delivery,
        ReadOnlyMemory<byte> question,
        CancellationToken ct
    )
    {
        var answer = await post.SendAsync(delivery, question, ct);
        return answer.Status switch
        {
            // the verdict comes later
            HttpStatusCode.Accepted or HttpStatusCode.NoContent => DeliveryOutcome.Done,
            HttpStatusCode.Gone => DeliveryOutcome.Refused,
            >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => answer.Body.Length == 0
                ? DeliveryOutcome.Done
                : await TakeAsync(delivery, answer.Body, ct),
            var status => DeliveryOutcome.Failed($"answered {(int)status}", answer.RetryAfter),
        };
    }

    async Task<Question?> AskAsync(Delivery delivery, CancellationToken ct)
    {
        var known = KnownSettings.Of([delivery.Site]);
        await using var command = database.CreateCommand(Asked);
        command.Parameters.Add(new() { Value = delivery.Site });
        command.Parameters.Add(new() { Value = delivery.Subject });
        command.Parameters.Add(new() { Value = delivery.Position });
        command.Parameters.Add(new() { Value = known.FirstOrDefault()?.Hash ?? "" });
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var next = CommentView.ColumnCount;
        var article = new ArticleInContext(
            reader.GetString(next++),
            reader.GetString(next++),
            reader.Text(next++),
            reader.Text(next++)
        );
        var author = new AuthorInContext(
            reader.GetFieldValue<DateTimeOffset>(next++),
            reader.GetInt32(next++),
            reader.GetInt32(next++)
        );
        var parent = reader.IsDBNull(next)
            ? null
            : new ParentInContext(
                reader.GetGuid(next),
                JsonSerializer.Deserialize<Author>(reader.GetString(next + 1), Json.Options)!,
                JsonSerializer
                    .Deserialize<JsonElement>(reader.GetString(next + 2))
                    .GetProperty("body")
                    .GetString()!
            );
        next += 3;
        var type = reader.GetString(next++);
        var settings = KnownSettings.Read(
            delivery.Site,
            reader.GetString(next++),
            reader.Text(next++),
            known
        );
        var json = new ArrayBufferWriter<byte>(4096);
        var view = CommentView.Read(reader) with { Version = reader.GetInt32(next) };
        view.WriteOpen(json, ThreadQuery.Quote(article.Key), maySeeHidden: true);
        json.Write(","u8);
        var more = new Surroundings(delivery.Site, settings.Language, type, new(article, parent, author));
        json.Write(JsonSerializer.SerializeToUtf8Bytes(more, Json.Options).AsSpan(1));
        var seal = reader.IsDBNull(next + 1) ? null : reader.GetFieldValue<byte[]>(next + 1);
        return new(WithSecret(delivery.Site, settings.Classifier, seal), settings, json.WrittenMemory);
    }

    /// <summary>Settings from before secrets were encrypted have it in clear.</summary>
    Classifier? WithSecret(string site, Classifier? classifier, byte[]? seal) =>
        classifier is { Secret: Classifier.Mask }
        && seal is not null
        && secrets.Open(site, SettingSecrets.Classifier, seal) is { } secret
            ? classifier with
            {
                Secret = secret,
            }
            : classifier;

    async Task<DeliveryOutcome> TakeAsync(Delivery delivery, byte[] answer, CancellationToken ct)
    {
        var (verdict, problem) = StrictJson.Parse<JudgeComment>(answer);
        return (problem ?? verdict!.Refuse()) is { } fault
            ? DeliveryOutcome.Failed($"answered no verdict: {fault.Detail}")
            : await TakeAsync(delivery, verdict!, ct);
    }

    async Task<DeliveryOutcome> TakeAsync(Delivery delivery, JudgeComment verdict, CancellationToken ct)
    {
        var receipt = await appender.AppendAsync(
            new Judging(delivery.Site, delivery.Subject, verdict, By, clock.GetUtcNow().ToMicroseconds()),
            ct
        );
        return receipt.Refusal switch
        {
            null or { Code: "comment-not-found" } => DeliveryOutcome.Done,
            { Code: "validation" } wrong => DeliveryOutcome.Failed($"answered no verdict: {wrong.Detail}"),
            var ours => DeliveryOutcome.Postponed(ours.Code),
        };
    }
}
