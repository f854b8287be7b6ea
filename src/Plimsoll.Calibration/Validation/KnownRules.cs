using Plimsoll.Policies;
using Plimsoll.Policies.Batching;

namespace Plimsoll.Calibration.Validation;

/// <summary>Rules of the releases of vLLM that data sets name.</summary>
internal static class KnownRules
{
    /// <summary>
    /// The rules of a release, or of <paramref name="otherwise"/> where the release has none of its own: too old, yet to come, or another
    /// engine's.
    /// </summary>
    public static IBatchingPolicy Of(string release, string otherwise) =>
        (EngineVersion.TryParse(Numbers(release), null, out EngineVersion version)
            ? PolicyCatalog.Batching.Parse($"vllm:version={version}", out _)
            : null)?.Create()
        ?? PolicyCatalog.Batching.Parse(otherwise, out _)!.Create();

    // 0.19.1rc1.dev3 and 0.19.1.post1 have the rules of 0.19.1.
    private static string Numbers(string release)
    {
        int end = 0;
        int dots = 0;
        while (end < release.Length && (char.IsAsciiDigit(release[end]) || (release[end] == '.' && ++dots <= 2)))
        {
            end++;
        }

        return release[..end].TrimEnd('.');
    }
}
