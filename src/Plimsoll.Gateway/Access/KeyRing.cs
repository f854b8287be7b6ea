using System.Security.Cryptography;
using System.Text;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Access;

/// <summary>
/// The keys that let clients in; none at all means that everybody may come. Keys can be exchanged while requests run: who keeps the name
/// keeps the budget.
/// </summary>
public sealed class KeyRing
{
    private const string Scheme = "Bearer ";

    // Keys that are longer are nobody's; hashing them would only cost time.
    private const int MostBytes = 1024;

    private KeyHolder[] _holders;

    /// <summary>The keys from the start.</summary>
    public KeyRing(IEnumerable<ApiKey> keys, Instant now) => _holders = [.. keys.Select(key => new KeyHolder(key, new KeyBudget(key.Limits, now)))];

    /// <summary>Whether clients need a key.</summary>
    public bool IsLocked => Volatile.Read(ref _holders).Length > 0;

    /// <summary>Other keys from now on. A budget goes on under its name.</summary>
    public void Exchange(IEnumerable<ApiKey> keys, Instant now)
    {
        Dictionary<string, KeyBudget> known = new(StringComparer.Ordinal);
        foreach (KeyHolder holder in _holders)
        {
            known.TryAdd(holder.Key.Name, holder.Budget);
        }

        List<KeyHolder> next = [];
        foreach (ApiKey key in keys)
        {
            if (known.TryGetValue(key.Name, out KeyBudget? budget))
            {
                budget.Change(key.Limits, now);
            }

            next.Add(new KeyHolder(key, budget ?? new KeyBudget(key.Limits, now)));
        }

        Volatile.Write(ref _holders, [.. next]);
    }

    /// <summary>Whose key an <c>Authorization</c> header carries; null if it is nobody's.</summary>
    /// <remarks>Takes as long for a wrong key as for a right one: every key is compared, and each in constant time.</remarks>
    public KeyHolder? Find(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ReadOnlySpan<char> text = authorization.AsSpan(Scheme.Length).Trim();
        Span<byte> bytes = stackalloc byte[MostBytes];
        if (!Encoding.UTF8.TryGetBytes(text, bytes, out int length))
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], hash);
        KeyHolder? found = null;
        foreach (KeyHolder holder in Volatile.Read(ref _holders))
        {
            if (CryptographicOperations.FixedTimeEquals(hash, holder.Key.Sha256.Span))
            {
                found = holder;
            }
        }

        return found;
    }
}
