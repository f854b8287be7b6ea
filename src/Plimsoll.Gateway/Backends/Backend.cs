namespace Plimsoll.Gateway.Backends;

/// <summary>One engine, or one data-parallel rank of one: what the dispatcher calls a replica.</summary>
/// <param name="Replica">Its number for the dispatcher.</param>
/// <param name="Name">What people call it: host and port unless the configuration says otherwise.</param>
/// <param name="Address">Where it listens; paths such as /v1/chat/completions are added to it.</param>
/// <param name="ApiKey">The key it wants, or null.</param>
/// <param name="Rank">The data-parallel rank that is meant, or null when the engine chooses.</param>
/// <param name="Models">The models it serves; null to ask it.</param>
public sealed record Backend(
    int Replica, string Name, Uri Address, string? ApiKey = null, int? Rank = null, IReadOnlyList<string>? Models = null)
{
    /// <summary>Where it publishes KV cache events, as tcp://host:port; null if nowhere.</summary>
    public Uri? KvEvents { get; init; }

    /// <summary>Where it can be asked for those that were missed, as tcp://host:port; null if nowhere.</summary>
    public Uri? KvReplay { get; init; }

    /// <summary>Whether both are one engine, reached in one way: then it goes on under its number.</summary>
    public bool IsSameAs(Backend other) =>
        Name == other.Name && Address == other.Address && ApiKey == other.ApiKey && Rank == other.Rank && KvEvents == other.KvEvents
        && KvReplay == other.KvReplay
        && (Models is null ? other.Models is null : other.Models is not null && Models.SequenceEqual(other.Models));

    /// <summary>An address below it.</summary>
    public Uri At(string path) => new(Address, Address.AbsolutePath.TrimEnd('/') + path);
}
