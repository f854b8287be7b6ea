using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>
/// What the headers of a request say that its body does not, in the conventions of those who send them: the gateways of SGLang and llm-d,
/// the Gateway API Inference Extension, AIBrix, and our own. Names of people and sessions are hashed here and go no further.
/// </summary>
internal readonly record struct HeaderFacts
{
    /// <summary>Our own: milliseconds from arrival in which the answer must have begun.</summary>
    public const string DeadlineHeader = "x-plimsoll-deadline-ms";

    private const int MostMilliseconds = 24 * 3600 * 1000;

    private static readonly string[] SessionHeaders = ["x-session-id", "x-smg-routing-key", "x-session-token"];
    private static readonly string[] TenantHeaders = ["x-llm-d-inference-fairness-id", "x-smg-tenant-id", "user"];

    /// <summary>Lower goes first; null when no header says anything.</summary>
    public int? Priority { get; init; }

    /// <summary>Time from arrival in which the answer must have begun.</summary>
    public Duration? Deadline { get; init; }

    /// <summary>Hash of the session.</summary>
    public string? Session { get; init; }

    /// <summary>Hash of whom it is for.</summary>
    public string? Tenant { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="user">Whom the body names, if no header does.</param>
    /// <param name="keyName">Whose key it came with; null if none was asked for. Tenants that it names itself are tenants of that
    /// key.</param>
    /// <param name="objectives">Priority of each objective that the configuration knows: larger is more important, as in the
    /// extension.</param>
    /// <param name="facts">What they say.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(IHeaderDictionary headers, string? user, string? keyName, IReadOnlyDictionary<string, int> objectives, out HeaderFacts facts)
    {
        facts = default;
        bool named = objectives.TryGetValue(headers["x-llm-d-inference-objective"].ToString(), out int importance);
        int? objective = named ? importance : null;
        Duration? deadline = null;
        if (headers[DeadlineHeader] is { Count: > 0 } given && !Milliseconds(given, out deadline))
        {
            return $"{DeadlineHeader} must be a whole number from 1 to {MostMilliseconds}";
        }

        // Only what may be shed is refused for a target that it has missed; others are late but wanted.
        if (deadline is null && objective < 0 && headers["x-llm-d-slo-ttft-ms"] is { Count: > 0 } target)
        {
            Milliseconds(target, out deadline);
        }

        facts = new HeaderFacts
        {
            Priority = ClassOf(headers["x-smg-priority"].ToString()) ?? -objective,
            Deadline = deadline,
            Session = HashOf(First(headers, SessionHeaders)),
            Tenant = HashOf(TenantOf(keyName, First(headers, TenantHeaders) ?? user)),
        };
        return null;
    }

    private static string? TenantOf(string? keyName, string? tenant) => keyName is null || tenant is null ? keyName ?? tenant : $"{keyName}\n{tenant}";

    // The four classes of SGLang's gateway, on vLLM's scale; what it does not know it treats as if nothing was said.
    private static int? ClassOf(string name) => name.ToUpperInvariant() switch
    {
        "SYSTEM" => -200,
        "INTERACTIVE" => -100,
        "DEFAULT" => 0,
        "BULK" => 100,
        _ => null,
    };

    private static bool Milliseconds(string? text, out Duration? time)
    {
        bool isRight = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            && value is >= 1 and <= MostMilliseconds;
        time = isRight ? Duration.FromMilliseconds(value) : null;
        return isRight;
    }

    private static string? First(IHeaderDictionary headers, string[] names)
    {
        foreach (string name in names)
        {
            if (headers[name] is [{ Length: > 0 } value, ..])
            {
                return value;
            }
        }

        return null;
    }

    private static string? HashOf(string? name)
    {
        if (name is null)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}
