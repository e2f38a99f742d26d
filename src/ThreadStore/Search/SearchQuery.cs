using Npgsql;
using NpgsqlTypes;
using ThreadStore.Articles;
using ThreadStore.Comments;
using ThreadStore.Http;
using ThreadStore.Kernel;
using ThreadStore.Rows;

namespace ThreadStore.Search;

/// <summary>What is searched for, and where.</summary>
/// <param name="Words">Null where what was typed holds no word: nothing is found.</param>
/// <param name="From">Posted at or after; <paramref name="Before"/>: posted before.</param>
public sealed record SearchQuery(
    string Site,
    SearchWords? Words,
    Guid? Article,
    Guid? Author,
    DateTimeOffset? From,
    DateTimeOffset? Before,
    string Scope,
    PageQuery Page
)
{
    /// <summary>In code points. Nobody types that much.</summary>
    const int MaxLength = 500;

    public static Problem? Read(HttpContext http, string site, out SearchQuery? query)
    {
        query = null;
        string? Value(string name) => http.Request.Query[name].FirstOrDefault();
        var (text, article, author) = (Value("q") ?? "", Value("article"), Value("author"));
        if (text.Contains('\0') || HasHalfPair(text))
            return Problem.BadRequest("q contains U+0000 or half a surrogate pair.");
        if (string.IsNullOrWhiteSpace(text))
            return Problem.Validation("q", Flaw.Of("says what to look for.", "empty"));
        if (Keys.Length(text) > MaxLength)
            return Problem.Validation("q", Flaw.TooLong($"has {MaxLength} code points at most.", MaxLength));
        if (SearchWords.Read(text, out var fault) is not { } words)
            return Problem.Validation("q", fault!);
        if ((article is null ? null : Keys.Fault(article)) is { } badArticle)
            return Problem.Validation("article", badArticle);
        if ((author is null ? null : Keys.Fault(author)) is { } badAuthor)
            return Problem.Validation("author", badAuthor);
        if (TimeQuery.ReadEnd("from", Value("from"), isEnd: false, out var from) is { } badFrom)
            return badFrom;
        if (TimeQuery.ReadEnd("to", Value("to"), isEnd: true, out var before) is { } badTo)
            return badTo;
        // a key may hold any character but a control one
        var scope = $"search/{site}\n{text}\n{article}\n{author}\n{from:O}\n{before:O}";
        if (PageQuery.Read(http, scope, out var page) is { } problem)
            return problem;
        query = new(
            site,
            words.Alternatives.Count == 0 ? null : words,
            article is null ? null : StreamId.Article(site, article),
            author is null ? null : StreamId.Commenter(site, author),
            from,
            before,
            scope,
            page
        );
        return null;
    }

    static bool HasHalfPair(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogatePair(text, i))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        return false;
    }

    /// <summary>Comments that are published on an article that is not withdrawn; best match first, then the newest.</summary>
    public NpgsqlBatchCommand Command(SearchWords words)
    {
        var command = new NpgsqlBatchCommand();
        int Add(object value, NpgsqlDbType? type = null)
        {
            var parameter = new NpgsqlParameter { Value = value };
            if (type is { } known)
                parameter.NpgsqlDbType = known;
            command.Parameters.Add(parameter);
            return command.Parameters.Count;
        }
        Add(Site);
        var limit = Add(Page.Limit + 1L);
        var filters = "";
        if (Article is { } article)
            // rows keep the article that a comment was written on
            filters += $" and s.article_id in {MovedArticle.AllOf("$1", $"${Add(article)}")}";
        if (Author is { } author)
            filters += $" and s.author_id = ${Add(author)}";
        if (From is { } from)
            filters += $" and s.posted_at >= ${Add(from, NpgsqlDbType.TimestampTz)}";
        if (Before is { } before)
            filters += $" and s.posted_at < ${Add(before, NpgsqlDbType.TimestampTz)}";
        var after = "";
        if (Page.After is { } cursor)
        {
            var (rank, time, id) = (
                Add(cursor.KeyRank),
                Add(cursor.SecondTime, NpgsqlDbType.TimestampTz),
                Add(cursor.Id)
            );
            after =
                $"where c.rank <= ${rank} and (c.rank < ${rank} or (c.posted_at <= ${time} and (c.posted_at < ${time} or c.id > ${id})))";
        }
        // reduced as those of the rows were: by the language that the projection has come to
        command.CommandText = $"""
            with s as (
              select coalesce((select language from {SearchTables.Sites} where site = $1), 'simple') as name
            ), l as materialized (
              select name::regconfig as language, name = 'simple' as is_simple from s
            ), q as materialized (
              select {new SearchSql(text => Add(text)).Of(words)} as words from l
            )
            select {CommentView.Columns}, c.key, c.title, c.url, c.rank
            from (
              select {CommentView.Columns}, a.key, a.title, a.url, ts_rank_cd(s.words, q.words)::float8 as rank
              from q
              join {SearchTables.Rows} s on s.words @@ q.words
              join {ReaderTables.Schema}.comment_rows c on c.site = s.site and c.id = s.id
              join {ReaderTables.Schema}.article_rows a on a.site = c.site and a.id = c.article_id
              where s.site = $1 and c.state = 'published' and not a.is_withdrawn{filters}
            ) c
            {after}
            order by c.rank desc, c.posted_at desc, c.id limit ${limit}
            """;
        return command;
    }
}
