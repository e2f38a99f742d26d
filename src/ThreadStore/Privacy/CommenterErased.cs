using ThreadStore.Identity;

namespace ThreadStore.Privacy;

// This record is the stored format: see Events.Shipped.txt in the tests before you change it.

/// <summary>
/// All that was held of a person was erased: events before this one, and all that was made of them, are not what they were.
/// Their comments were deleted right before it.
/// </summary>
/// <param name="CommenterKey">The random key that took the place of theirs.</param>
/// <param name="ErasureId">By which the certificate is found.</param>
/// <param name="Comments">How many they had written.</param>
/// <param name="Events">How many events were emptied, or had their key replaced.</param>
/// <param name="By">The random key, where they asked for it themselves; else the administrator's.</param>
public sealed record CommenterErased(
    string CommenterKey,
    Guid ErasureId,
    int Comments,
    int Events,
    string By,
    DateTimeOffset At
) : IIdentityEvent;
