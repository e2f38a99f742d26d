using ThreadStore.Kernel;

namespace ThreadStore.Setup;

/// <summary>
/// All that a server is told by its configuration below <c>ThreadStore</c>, checked; docs/operations.md says of each what
/// it is for. What belongs to one site is a setting of that site instead.
/// </summary>
public sealed class ServerOptions
{
    public const string Section = "ThreadStore";

    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:5080";

    ServerOptions(SettingsReader read, bool isDevelopment)
    {
        DataFolder = Path.GetFullPath(read.Text("DataFolder") ?? ".threadstore");
        SigningKeys = read.Secrets("SigningKeys", "SigningKey");
        SecretsKeys = read.Secrets("SecretsKeys", "SecretsKey");
        var own = ClaimNames.Own;
        Issuer = new(
            read.Text("Authority"),
            read.Text("Audience"),
            new(
                read.Text("Claims:Key", own.Key),
                read.Text("Claims:Name", own.Name),
                read.Text("Claims:Roles", own.Roles),
                read.Text("Claims:Email", own.Email),
                read.Text("Claims:Picture", own.Picture),
                read.Text("Claims:Site", own.Site),
                RolesMayBeText: true
            ),
            read.Text("ClientId"),
            read.Text("ClientScope", "openid profile")
        );
        Databases = read.Databases("Databases", "DatabaseSessions");
        ReadReplicas = read.Numbered("ReadReplicas");
        Database = read.Text("Database")?.ToLowerInvariant();
        PathBase = read.Text("PathBase");
        SharedMaxAge = read.Seconds("SharedMaxAge", 0);
        MetricsUrls = read.Words("MetricsUrls", ';');
        TrustedProxies = read.Words("TrustedProxies", ',', ' ');
        Silence = TimeSpan.FromMilliseconds(read.Positive("SilenceMilliseconds", 3_000));
        IndexesSearch = read.Switch("Search:Index", true);
        Limits = new(
            Connections: read.Positive("Limits:Connections", 30_000),
            ConnectionsPerAddress: read.Positive("Limits:ConnectionsPerAddress", 1_000),
            Streams: read.Positive("Limits:Streams", 20_000),
            StreamsPerAddress: read.Positive("Limits:StreamsPerAddress", 500),
            BytesPerSecond: read.Positive("Limits:BytesPerSecond", 8_000)
        );
        RateLimits = new(
            Enabled: read.Switch("RateLimits:Enabled", true),
            WritesPerMinute: read.Positive("RateLimits:WritesPerMinute", 60),
            WriteBurst: read.Positive("RateLimits:WriteBurst", 1_000),
            AddressWritesPerMinute: read.Positive("RateLimits:AddressWritesPerMinute", 600),
            AddressWriteBurst: read.Positive("RateLimits:AddressWriteBurst", 2_000),
            ReadsPerMinute: read.Positive("RateLimits:ReadsPerMinute", 6_000),
            SearchesPerMinute: read.Positive("RateLimits:SearchesPerMinute", 120),
            RefusedPerMinute: read.Positive("RateLimits:RefusedPerMinute", 300)
        );
        Deliveries = new(
            AllowPrivateAddresses: read.Switch("Deliveries:AllowPrivateAddresses", isDevelopment),
            Timeout: read.Duration("Deliveries:Timeout", TimeSpan.FromSeconds(10)),
            FirstRetry: read.Duration("Deliveries:FirstRetry", TimeSpan.FromSeconds(5)),
            LongestRetry: read.Duration("Deliveries:LongestRetry", TimeSpan.FromMinutes(30)),
            GiveUpAfter: read.Duration("Deliveries:GiveUpAfter", TimeSpan.FromDays(1))
        );
        Webhooks = new(
            Timeout: read.Duration("Webhooks:Timeout", TimeSpan.FromSeconds(10)),
            FirstRetry: read.Duration("Webhooks:FirstRetry", TimeSpan.FromSeconds(1)),
            LongestRetry: read.Duration("Webhooks:LongestRetry", TimeSpan.FromHours(2)),
            GiveUpAfter: read.Duration("Webhooks:GiveUpAfter", TimeSpan.FromDays(5))
        );
        var client = read.Members("Broker:Kafka");
        Broker = read.Address(
            "Broker:Url",
            "amqp://user:password@host, amqps://…, or kafka://host:port",
            "amqp",
            "amqps",
            BrokerOptions.Kafka
        )
            is { } url
            ? new(url, client)
            : null;
        Smtp = SmtpOptions.Read(read);
        Shown = read.Shown;
        Unknown = read.Unread();
    }

    /// <exception cref="StartupException">A setting is not what it can be.</exception>
    public static ServerOptions Read(IConfiguration configuration, IHostEnvironment environment) =>
        new(new SettingsReader(configuration, Section), environment.IsDevelopment());

    /// <summary>Gives each part to who needs just that.</summary>
    public static void AddTo(IServiceCollection services)
    {
        // when the server is built: what puts it together may still set something
        services.AddSingleton(s =>
            Read(s.GetRequiredService<IConfiguration>(), s.GetRequiredService<IHostEnvironment>())
        );
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().Issuer);
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().Limits);
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().RateLimits);
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().Deliveries);
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().Webhooks);
        services.AddSingleton(s => s.GetRequiredService<ServerOptions>().Smtp);
    }

    /// <summary>Where the server's own PostgreSQL, and a key that it made, are kept.</summary>
    public string DataFolder { get; }

    /// <summary>What tokens are checked with, and the names of the variables that hold it; the first signs.</summary>
    public IReadOnlyList<(string Name, string Text)> SigningKeys { get; }

    /// <summary>What encrypts what sites keep secret; none: the keys that sign.</summary>
    public IReadOnlyList<(string Name, string Text)> SecretsKeys { get; }

    /// <summary>Whose tokens are good beside our own.</summary>
    public IssuerOptions Issuer { get; }

    /// <summary>Several, by name, that the sites are spread over; none: there is one, a connection string.</summary>
    public IReadOnlyList<Setup.NamedDatabase> Databases { get; }

    /// <summary>Connection strings of physical standbys that answer readers; see <see cref="Http.ReadReplicas"/>.</summary>
    public IReadOnlyList<string> ReadReplicas { get; }

    /// <summary>Of several, the one that a command is about; null: the one of its site.</summary>
    public string? Database { get; }

    /// <summary>The path below which readers find this server; null: the root.</summary>
    public string? PathBase { get; }

    /// <summary>Seconds for which caches of many readers need not ask about public reads.</summary>
    public int SharedMaxAge { get; }

    /// <summary>Addresses for <c>/metrics</c> alone; none: it is where the API is.</summary>
    public IReadOnlyList<string> MetricsUrls { get; }

    /// <summary>Addresses and networks whose <c>X-Forwarded-*</c> is believed.</summary>
    public IReadOnlyList<string> TrustedProxies { get; }

    /// <summary>How long the database may take to say that it is there.</summary>
    public TimeSpan Silence { get; }

    /// <summary>Whether this node may be the one that makes search and reports; false leaves them to the others.</summary>
    public bool IndexesSearch { get; }

    /// <summary>The message broker that every event goes to; null: none.</summary>
    public BrokerOptions? Broker { get; }

    public LimitOptions Limits { get; }
    public RateLimitOptions RateLimits { get; }
    public DeliveryOptions Deliveries { get; }
    public WebhookOptions Webhooks { get; }
    public SmtpOptions Smtp { get; }

    /// <summary>Every setting that is no secret, by its name in the configuration, with the value in force.</summary>
    public IReadOnlyDictionary<string, string> Shown { get; }

    /// <summary>Names that stand in the configuration and mean nothing to this version.</summary>
    public IReadOnlyList<string> Unknown { get; }
}

/// <summary>An OpenID Connect issuer.</summary>
/// <param name="Authority">Its address; null: there is none.</param>
/// <param name="Audience">What its tokens for this server name.</param>
/// <param name="Claims">Which of their claims to read.</param>
/// <param name="ClientId">What our own pages are called there, a public client; null: they ask for a token.</param>
/// <param name="Scope">What our pages ask for, so that their tokens name the audience.</param>
public sealed record IssuerOptions(
    string? Authority,
    string? Audience,
    ClaimNames Claims,
    string? ClientId = null,
    string Scope = "openid profile"
);

/// <summary>What one server lets be open at once.</summary>
/// <param name="Connections">Each takes up some kilobytes, and up to an answer while it is sent.</param>
/// <param name="ConnectionsPerAddress">Many readers share an address, at a university or behind a mobile carrier; browsers open six each.</param>
/// <param name="Streams">Threads that are watched live, and events that are followed; about 20 KB each.</param>
/// <param name="BytesPerSecond">Slower than the slowest mobile network; the largest page is gone after two minutes, read or not.</param>
public sealed record LimitOptions(
    int Connections,
    int ConnectionsPerAddress,
    int Streams,
    int StreamsPerAddress,
    int BytesPerSecond
);

/// <summary>How often one commenter and one address may ask.</summary>
/// <param name="Enabled">False: there are no limits at all.</param>
/// <param name="WritesPerMinute">Faster than people write, and slow for a bot.</param>
/// <param name="WriteBurst">Writes in one go: somebody pastes a discussion, or runs a script over a few hundred comments.</param>
/// <param name="AddressWritesPerMinute">Of all who write from one address: a large office on a busy evening, but not a farm of accounts.</param>
/// <param name="ReadsPerMinute">A hundred a second: an office behind one address, or a crawler. Preflights count.</param>
/// <param name="SearchesPerMinute">Two a second: an office behind one address. A reader looks at what was found.</param>
/// <param name="RefusedPerMinute">Requests whose token was refused, or that had none: enough for pages that were left open overnight.</param>
public sealed record RateLimitOptions(
    bool Enabled,
    int WritesPerMinute,
    int WriteBurst,
    int AddressWritesPerMinute,
    int AddressWriteBurst,
    int ReadsPerMinute,
    int SearchesPerMinute,
    int RefusedPerMinute
);

/// <summary>How others are called.</summary>
/// <param name="AllowPrivateAddresses">Lets calls go anywhere, for who develops and for networks that trust their administrators.</param>
/// <param name="Timeout">For one call, answer included.</param>
/// <param name="FirstRetry">After the first failure; each further one waits twice as long, up to <paramref name="LongestRetry"/>.</param>
/// <param name="GiveUpAfter">Since the event: nobody will want it any more.</param>
public sealed record DeliveryOptions(
    bool AllowPrivateAddresses,
    TimeSpan Timeout,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter
);

/// <summary>The message broker.</summary>
/// <param name="Url">With its password.</param>
/// <param name="Client">Kafka's client library has these, by its own names: how one signs in, for instance. May be secret.</param>
public sealed record BrokerOptions(Uri Url, IReadOnlyDictionary<string, string> Client)
{
    public const string Kafka = "kafka";

    public bool IsKafka => Url.Scheme == Kafka;
}

/// <summary>How patient webhooks are; who may be called, <see cref="DeliveryOptions"/> says.</summary>
/// <param name="Timeout">For one call.</param>
/// <param name="FirstRetry">After the first failure; each further one waits twice as long, up to <paramref name="LongestRetry"/>.</param>
/// <param name="GiveUpAfter">Since the first attempt; a webhook that fails for as long is disabled.</param>
public sealed record WebhookOptions(
    TimeSpan Timeout,
    TimeSpan FirstRetry,
    TimeSpan LongestRetry,
    TimeSpan GiveUpAfter
);
