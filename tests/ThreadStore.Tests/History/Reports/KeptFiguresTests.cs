using ThreadStore.Http;
using ThreadStore.Tests.Support;
using Xunit;

namespace ThreadStore.Tests.History.Reports;

/// <summary>The same history has the same figures for ever: these were counted once and are kept here.</summary>
public class KeptFiguresTests(Store store)
{
    [Fact]
    public async Task A_history_has_the_figures_that_it_always_had()
    {
        var site = await store.ASiteAsync();
        await new RandomDiscussion(site, 20210402).HappenAsync(120);
        var now = (await site.GetAsync("/articles")).Position;
        async Task<string> CsvAsync(string report) =>
            (
                await site.GetAsync(
                    $"/analytics/{report}&tz=Europe/Berlin&minPosition={now}",
                    site.Token("ana", Role.Analyst),
                    ("Accept", "text/csv")
                )
            )
                .Expect(200)
                .Text.ReplaceLineEndings("\n");

        Assert.Equal(
            """
            start,local,commenters,newCommenters,returning,lost,top1Share,top5Share,top20Share
            2021-03-07T23:00:00Z,2021-03-08T00:00:00,3,3,0,,0.6,0.6,0.6
            2021-03-14T23:00:00Z,2021-03-15T00:00:00,5,3,2,1,0.3,0.3,0.3
            2021-03-21T23:00:00Z,2021-03-22T00:00:00,3,0,3,3,0.3333333333333333,0.3333333333333333,0.3333333333333333
            2021-03-28T22:00:00Z,2021-03-29T00:00:00,3,0,3,1,0.4,0.4,0.4
            2021-04-04T22:00:00Z,2021-04-05T00:00:00,3,0,3,1,0.42857142857142855,0.42857142857142855,0.42857142857142855
            2021-04-11T22:00:00Z,2021-04-12T00:00:00,3,0,3,1,0.5,0.5,0.5
            total,,6,6,0,,0.3235294117647059,0.3235294117647059,0.5
            section,rule,start,local,caught,letThrough,confirmed,undecided,precision
            City,links,,,1,0,0,1,
            City,links,2021-03-31T22:00:00Z,2021-04-01T00:00:00,1,0,0,1,
            City,suspectWords,,,2,1,0,1,0
            City,suspectWords,2021-02-28T23:00:00Z,2021-03-01T00:00:00,1,1,0,0,0
            City,suspectWords,2021-03-31T22:00:00Z,2021-04-01T00:00:00,1,0,0,1,
            Sport,flags,,,2,0,0,2,
            Sport,flags,2021-02-28T23:00:00Z,2021-03-01T00:00:00,1,0,0,1,
            Sport,flags,2021-03-31T22:00:00Z,2021-04-01T00:00:00,1,0,0,1,
            Sport,links,,,3,0,0,3,
            Sport,links,2021-02-28T23:00:00Z,2021-03-01T00:00:00,3,0,0,3,
            Sport,suspectWords,,,6,1,0,5,0
            Sport,suspectWords,2021-02-28T23:00:00Z,2021-03-01T00:00:00,5,0,0,5,
            Sport,suspectWords,2021-03-31T22:00:00Z,2021-04-01T00:00:00,1,1,0,0,0
            ,links,,,1,0,0,1,
            ,links,2021-03-31T22:00:00Z,2021-04-01T00:00:00,1,0,0,1,
            ,suspectWords,,,3,0,1,2,1
            ,suspectWords,2021-02-28T23:00:00Z,2021-03-01T00:00:00,1,0,0,1,
            ,suspectWords,2021-03-31T22:00:00Z,2021-04-01T00:00:00,2,0,1,1,1
            total,,,,13,2,1,10,0.3333333333333333
            tag,start,local,comments,commenters,newCommenters,reactions,flags,commentsPrevious,commentsDifference,commentersPrevious,commentersDifference,newCommentersPrevious,newCommentersDifference,reactionsPrevious,reactionsDifference,flagsPrevious,flagsDifference
            x,2021-02-28T23:00:00Z,2021-03-01T00:00:00,4,2,0,0,1,9,-5,5,-3,4,-4,11,-11,3,-2
            x,2021-03-31T22:00:00Z,2021-04-01T00:00:00,0,0,0,3,1,0,0,0,0,0,0,0,3,0,1
            y,2021-02-28T23:00:00Z,2021-03-01T00:00:00,4,2,0,0,1,12,-8,6,-4,3,-3,12,-12,4,-3
            y,2021-03-31T22:00:00Z,2021-04-01T00:00:00,6,4,0,7,1,0,6,0,4,0,0,0,7,0,1
            ,2021-03-31T22:00:00Z,2021-04-01T00:00:00,2,2,2,0,0,0,2,0,2,0,2,0,0,0,0
            ,2021-02-28T23:00:00Z,2021-03-01T00:00:00,0,0,0,0,0,1,-1,1,-1,1,-1,0,0,0,0
            total,,,12,4,0,7,2,13,-1,6,-2,3,-3,12,-5,4,-2

            """,
            await CsvAsync("returning?interval=week")
                + await CsvAsync("rules?by=section")
                + await CsvAsync(
                    "activity?interval=month&by=tag&compare=previous&from=2021-03-28&to=2021-04-10"
                )
        );
    }
}
