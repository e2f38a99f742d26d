using ThreadStore.Comments;

namespace ThreadStore.Moderation.Learned;

/// <summary>
/// What a learned model would have made of the history. A text that the model given may have learned from is judged by one
/// that is made anew of what was there before its month, as somebody who learns every month would have had it then: so that
/// the past is no flattery.
/// </summary>
/// <param name="model">The one to try.</param>
/// <param name="trainedTo">The last position that it learned from; what came after is judged by it.</param>
public sealed class WhatIfLearned(string site, LearnedModel model, long trainedTo)
{
    /// <summary>Of a monthly model, the newest texts at most: there is one for each month of the history.</summary>
    const int MaxLessons = 100_000;

    readonly LearnedHistory history = new(site);
    (int Year, int Month) month;

    /// <summary>Null: there were not enough decisions before this month.</summary>
    LearnedModel? monthly;

    /// <summary>What it says of a text, asked before the text is applied; null: it is no text, or there was no model.</summary>
    public LearnedText? Judge(long position, object @event, ReadText? text, CancellationToken ct)
    {
        if (TimeOf(@event) is { } at && (at.Year, at.Month) is var now && now.CompareTo(month) > 0)
            (month, monthly) = (now, position > trainedTo ? null : Learn(ct));
        if (text is null)
            return null;
        if (position > trainedTo)
            return new(model, model.Read(text.Unmasked, text.Facts));
        return monthly is null ? null : new(monthly, monthly.Read(text.Unmasked, text.Facts));
    }

    public void Apply(long position, object @event, ReadText? text)
    {
        if (position <= trainedTo && LearnedHistory.Follows(@event.GetType()))
            history.Apply(position, @event, text);
    }

    LearnedModel? Learn(CancellationToken ct)
    {
        var from = history.ToLearn();
        return LearningRun.IsEnough(history, from, LearningRun.MinDecisions) is null
            ? Learner.Learn(history.Lessons, [.. from.TakeLast(MaxLessons)], ct: ct)
            : null;
    }

    static DateTimeOffset? TimeOf(object @event) =>
        @event switch
        {
            CommentPosted e => e.PostedAt,
            CommentEdited e => e.At,
            ICommentDecision e => e.At,
            _ => null,
        };
}
