using ThreadStore.Http;

namespace ThreadStore.Sites;

// The answers that are put together from bytes, described: nothing is serialized from these records but the examples.
// The OpenAPI document says what they say, and the tests hold every answer against it.

/// <summary>Changes of a site's settings: members left out keep their value, at first the default.</summary>
/// <param name="Key">The site's own, so that what GET answers may be sent back.</param>
[WithMembersOf(typeof(SiteSettings))]
public sealed record SettingsShape(string? Key = null);

/// <summary>A new site, or changes of a site's settings: members left out keep their value, at first the default.</summary>
/// <param name="Key">The site's own, so that what GET answers may be sent back.</param>
/// <param name="Database">Where there are several: the name of the one that a new site is to live in; left out: the one with the fewest sites.</param>
[WithMembersOf(typeof(SiteSettings))]
public sealed record SiteChangesShape(string? Key = null, string? Database = null);

/// <summary>A site with all of its settings.</summary>
[WithMembersOf(typeof(SiteSettings))]
public sealed record SiteShape(string Key);

/// <summary>A page of sites, in the order of their creation.</summary>
public sealed record SitesPageShape(IReadOnlyList<SiteShape> Items, string? NextCursor);
