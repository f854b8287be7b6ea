using System.Globalization;

namespace Plimsoll.Gateway.Backends;

/// <summary>Where a backend is, as people write it: <c>http://host:8000</c>, with <c>#2</c> for the data-parallel rank 2 alone.</summary>
/// <param name="Address">Address without the rank.</param>
/// <param name="Rank">The rank, from 0; null when the engine chooses.</param>
public sealed record BackendAddress(Uri Address, int? Rank)
{
    /// <summary>Host, port and rank: what people recognise it by.</summary>
    public string Name => Rank is { } rank ? string.Create(CultureInfo.InvariantCulture, $"{Address.Authority}#{rank}") : Address.Authority;

    /// <summary>Reads one.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="address">The address; null if the result is a problem.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(string text, out BackendAddress? address)
    {
        address = null;
        bool isUri = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https";
        if (!isUri)
        {
            return $"'{text}' is not an address; write http://HOST:PORT, or http://HOST:PORT#RANK for one data-parallel rank";
        }

        if (uri!.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            return $"'{uri.Authority}' must have neither user nor query; keys are given apart";
        }

        int? rank = null;
        if (uri.Fragment.Length > 0)
        {
            if (!int.TryParse(uri.Fragment.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return $"'{text}': the rank must be a whole number from 0";
            }

            rank = number;
        }

        address = new BackendAddress(new Uri(uri.GetLeftPart(UriPartial.Path)), rank);
        return null;
    }
}
