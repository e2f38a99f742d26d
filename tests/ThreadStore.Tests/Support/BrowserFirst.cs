using Xunit.Sdk;
using Xunit.v3;

[assembly: Xunit.TestCollectionOrderer(typeof(ThreadStore.Tests.Support.BrowserFirst))]

namespace ThreadStore.Tests.Support;

/// <summary>Tests with a browser come one after the other, and would be left alone at the end: they begin first.</summary>
public sealed class BrowserFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(c => c.TestCollectionDisplayName == nameof(Browser))];
}
