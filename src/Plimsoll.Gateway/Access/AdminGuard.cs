using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Plimsoll.Gateway.Access;

/// <summary>
/// Who may administer. Without a key: whoever is on this machine and names it as such, so that no web page can reach it under a name of its
/// own. With one: whoever sends it, as a bearer token or, from a browser, as the password of any user.
/// </summary>
/// <param name="sha256">SHA-256 of the key; null for none.</param>
internal sealed class AdminGuard(ReadOnlyMemory<byte>? sha256)
{
    /// <summary>Null if the request may pass; otherwise the status that refuses it, with what a browser needs to ask for the key.</summary>
    public int? Refusal(HttpContext context)
    {
        if (context.Request.Headers.Origin is [{ } origin, ..] && !IsOwn(origin, context.Request))
        {
            return StatusCodes.Status403Forbidden;
        }

        if (sha256 is not { } wanted)
        {
            return IsLocal(context.Request.Host.Host) ? null : StatusCodes.Status403Forbidden;
        }

        if (Holds(context.Request.Headers.Authorization.ToString(), wanted.Span))
        {
            return null;
        }

        context.Response.Headers.WWWAuthenticate = "Basic realm=\"plimsoll\", charset=\"UTF-8\"";
        return StatusCodes.Status401Unauthorized;
    }

    private static bool Holds(string authorization, ReadOnlySpan<byte> wanted)
    {
        string[] parts = authorization.Split(' ', 2, StringSplitOptions.TrimEntries);
        string key = parts.Length < 2 ? ""
            : parts[0].Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? parts[1]
            : parts[0].Equals("Basic", StringComparison.OrdinalIgnoreCase) ? Password(parts[1]) : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), wanted);
    }

    private static string Password(string basic)
    {
        byte[] bytes = new byte[basic.Length];
        if (!Convert.TryFromBase64String(basic, bytes, out int length))
        {
            return "";
        }

        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? "" : pair[(colon + 1)..];
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Scheme == request.Scheme
        && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool IsLocal(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
