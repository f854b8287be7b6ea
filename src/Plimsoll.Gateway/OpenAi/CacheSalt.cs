using System.Text;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// Keeps tenants' prompts apart in the engines' prefix caches: a <c>cache_salt</c> of the tenant's own as the last field of the body. A
/// salt that the client itself wrote comes before it and does not count.
/// </summary>
internal static class CacheSalt
{
    /// <summary>The field as it goes into the body, just before its last brace.</summary>
    /// <param name="tenant">Hash of the tenant, lower-case hexadecimal.</param>
    public static ReadOnlyMemory<byte> FieldOf(string tenant) => Encoding.ASCII.GetBytes($",\"cache_salt\":\"{tenant}\"");

    /// <summary>Where the field goes: the body's last brace. The body is a JSON object that is not empty.</summary>
    public static int PlaceIn(ReadOnlySpan<byte> body) => body.LastIndexOf((byte)'}');
}
