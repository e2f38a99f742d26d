using System.ComponentModel.DataAnnotations;

namespace ThreadStore.Sites;

/// <summary>For how many days what people wrote is kept; null: for good. What is under appeal is kept until that ends.</summary>
public sealed record RetentionSettings
{
    const int Max = 36_500;

    /// <summary>Texts of rejected comments, after the last thing that happened to the comment.</summary>
    [Range(1, Max)]
    public int? RejectedDays { get; init; }

    /// <summary>Texts of deleted comments, after the last thing that happened to the comment.</summary>
    [Range(1, Max)]
    public int? DeletedDays { get; init; }

    /// <summary>Notes of flags; null: as the setting retentionDays says.</summary>
    [Range(1, Max)]
    public int? FlagNotesDays { get; init; }

    /// <summary>Deliveries to webhooks and classifiers; null: as the setting retentionDays says.</summary>
    [Range(1, Max)]
    public int? DeliveriesDays { get; init; }

    /// <summary>People of whom nothing was heard for as long are erased, unless a ban or the like still lasts.</summary>
    [Range(1, Max)]
    public int? InactiveCommenterDays { get; init; }
}
