using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ThreadStore.Benchmarks;

/// <summary>
/// A long history, made by PostgreSQL itself, with the reader rows that belong to it: to post it would take an hour.
/// Seven of ten events are comments, three are likes; a day has about 10,000 comments.
/// </summary>
static class LongHistory
{
    public const string Site = "bench";

    const string Text =
        "substr(repeat(md5(g::text) || ' the quick brown fox jumps over the lazy dog ', 8), 1, 100 + g % 400)";
    const string Time = """to_char(at_ at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""";

    static string[] Statements(int comments) =>
        [
            $"""
                create temp table c as
                select g, gen_random_uuid() as id, md5('a' || g % 200)::uuid as article_id, 'article-' || g % 200 as article,
                  md5('p' || g % 5000)::uuid as person_id, 'person-' || g % 5000 as person,
                  timestamptz '2026-01-01' + g * interval '8 seconds' as at_
                from generate_series(1, {comments}) g
                """,
            $"""
                insert into threadstore.mt_streams (tenant_id, id, type, version)
                select '{Site}', id, 'comment', 1 from c
                union all select '{Site}', md5('r' || g)::uuid, 'reaction', 1 from c where g % 7 < 3
                """,
            $"""
                insert into threadstore.mt_events
                  (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id)
                select g, gen_random_uuid(), id, 1,
                  jsonb_build_object('commentId', id, 'articleKey', article, 'parentId', null, 'depth', 0, 'author',
                    jsonb_build_object('key', person, 'name', 'Name of ' || person, 'picture', null), 'body', {Text},
                    'format', 'markdown', 'postedAt', {Time}, 'timeEstimated', false, 'state', 'published',
                    'verdicts', jsonb_build_array(), 'by', person, 'source', null, 'requestHash', null),
                  'comment-posted', at_, '{Site}', 'ThreadStore.Comments.CommentPosted, threadstore', md5(g::text)
                from c
                """,
            $"""
                insert into threadstore.mt_events
                  (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id)
                select {comments} + row_number() over (order by g), gen_random_uuid(), md5('r' || g)::uuid, 1,
                  jsonb_build_object('commentId', id, 'articleKey', article, 'kind', 'like', 'weight', 1, 'previous', null,
                    'by', 'person-' || g * 7 % 5000, 'at', {Time}),
                  'reaction-set', (select max(at_) from c) + g * interval '1 second', '{Site}',
                  'ThreadStore.Comments.ReactionSet, threadstore', md5(g::text)
                from c where g % 7 < 3
                """,
            $"""
                insert into threadstore.site_rows (site, settings, created_at, version)
                values ('{Site}', '{"{}"}', '2026-01-01', 1)
                """,
            $"""
                insert into threadstore.article_rows (site, id, key, title, content_hash, urls, registered_at, dated,
                  is_withdrawn, is_closed, comment_count, version)
                select distinct '{Site}', article_id, article, 'About ' || article, '', '{"{}"}'::text[],
                  timestamptz '2026-01-01', timestamptz '2026-01-01', false, false, 0, 1 from c
                """,
            $"""
                insert into threadstore.commenter_rows (site, id, key, name, joined_at, comment_count, reactions_received,
                  standing, rejected_count)
                select distinct '{Site}', person_id, person, 'Name of ' || person, timestamptz '2026-01-01', 0, 0, 'good', 0
                from c
                """,
            $"""
                insert into threadstore.comment_rows (site, id, article_id, under, depth, author_id, author, content,
                  renderer, state, is_shown, posted_at, version, is_featured, reactions, positive, negative, best, hot,
                  controversial, flags, reply_count, shown_replies, text_hash)
                select '{Site}', id, article_id, article_id, 0, person_id,
                  json_build_object('key', person, 'name', 'Name of ' || person, 'picture', null)::text,
                  '"body":"' || {Text} || '","html":"<p>' || {Text} || '</p>"',
                  1, 'published', true, at_, 1, false, '{"{}"}', 0, 0, 0, 0, 0, 0, 0, 0, g
                from c
                """,
            $"""
                insert into threadstore.reaction_rows (site, id, comment_id, article_id, commenter_id, kind, weight, placed_at)
                select '{Site}', md5('r' || g)::uuid, id, article_id, md5('p' || g * 7 % 5000)::uuid, 'like', 1,
                  at_ + interval '1 hour'
                from c where g % 7 < 3
                """,
            "drop table c",
            "vacuum analyze",
        ];

    /// <summary>Makes tables and events.</summary>
    /// <returns>The application that they are read by, which does not listen.</returns>
    public static async Task<WebApplication> MakeAsync(
        string connectionString,
        int events,
        CancellationToken ct
    )
    {
        var app = await ReadyDatabase.OpenAsync(connectionString, ct);
        await using var connection = await app
            .Services.GetRequiredService<NpgsqlDataSource>()
            .OpenConnectionAsync(ct);
        foreach (var sql in Statements(events / 10 * 7))
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(ct);
        }
        return app;
    }
}
