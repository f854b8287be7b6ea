namespace Plimsoll.Gateway.Access;

/// <summary>A key that lets clients in. The key itself is known to its owner alone.</summary>
/// <param name="Name">Whose it is: the tenant, for fair shares and logs.</param>
/// <param name="Sha256">SHA-256 of the key's UTF-8 bytes, 32 bytes. Keys are long random strings, so no slower hash is needed.</param>
public sealed record ApiKey(string Name, ReadOnlyMemory<byte> Sha256)
{
    /// <summary>What may be done with it.</summary>
    public KeyLimits Limits { get; init; } = new();
}
