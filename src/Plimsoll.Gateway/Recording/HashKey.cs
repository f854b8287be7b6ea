using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Plimsoll.Gateway.Recording;

/// <summary>
/// Makes hashes that only the holder of the key can compute, so that nobody who reads a record can find out by trying whether a prompt or a
/// name is in it. Equal inputs keep equal hashes. For many callers at a time.
/// </summary>
public sealed class HashKey : IDisposable
{
    /// <summary>Length of a secret.</summary>
    public const int SecretBytes = 32;

    private const int CipherBlock = 16;

    private readonly byte[] _names;
    private readonly ThreadLocal<Aes> _prefixes;

    /// <summary>A key.</summary>
    /// <param name="secret"><see cref="SecretBytes"/> bytes that nobody knows.</param>
    public HashKey(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        _names = HMACSHA256.HashData(secret, "names"u8);
        byte[] prefixes = HMACSHA256.HashData(secret, "prefixes"u8);
        _prefixes = new ThreadLocal<Aes>(
            () =>
            {
                var cipher = Aes.Create();
                cipher.Key = prefixes;
                return cipher;
            },
            trackAllValues: true);
    }

    /// <summary>A key that is drawn now and known to this process alone.</summary>
    public static HashKey Draw()
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return new HashKey(secret);
    }

    /// <summary>Of a name, or of what stands for one: 16 hexadecimal digits; null of nothing.</summary>
    public string? Of(string? name)
    {
        if (name is null)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_names, Encoding.UTF8.GetBytes(name), hash);
        return Convert.ToHexStringLower(hash[..8]);
    }

    /// <summary>Of the hashes of a prompt's prefixes, each by itself: one block of AES-256 for each, of which half is kept.</summary>
    public ulong[] Of(ReadOnlySpan<ulong> hashes)
    {
        if (hashes.IsEmpty)
        {
            return [];
        }

        byte[] blocks = new byte[hashes.Length * CipherBlock];
        for (int i = 0; i < hashes.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(blocks.AsSpan(i * CipherBlock), hashes[i]);
        }

        byte[] hidden = _prefixes.Value!.EncryptEcb(blocks, PaddingMode.None);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(hidden);
        ulong[] keyed = new ulong[hashes.Length];
        for (int i = 0; i < keyed.Length; i++)
        {
            keyed[i] = words[2 * i];
        }

        return keyed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Aes cipher in _prefixes.Values)
        {
            cipher.Dispose();
        }

        _prefixes.Dispose();
        CryptographicOperations.ZeroMemory(_names);
    }
}
