using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using ThreadStore.Setup;

namespace ThreadStore.Tests.Support;

/// <summary>What a server is configured by, in a test without one.</summary>
static class Settings
{
    public static ServerOptions Of(params (string Name, string Value)[] settings) =>
        ServerOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)))
                .Build(),
            new HostingEnvironment { EnvironmentName = Environments.Production }
        );
}
