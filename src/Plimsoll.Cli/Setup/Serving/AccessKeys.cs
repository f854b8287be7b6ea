using Plimsoll.Gateway.Access;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>The keys of a configuration file, each with a name and the hash of the key, which itself stands nowhere.</summary>
internal static class AccessKeys
{
    public static IReadOnlyList<ApiKey> Read(YamlMap root)
    {
        List<ApiKey> keys = [];
        foreach (YamlMap entry in root.Maps("keys"))
        {
            (string? name, ReadOnlyMemory<byte>? hash) = (entry.Text("name"), ServeFile.Sha256(entry, "sha256"));
            var limits = new KeyLimits(
                entry.Count("requests-per-minute", 1), entry.Count("tokens-per-minute", 1), entry.Count("concurrency", 1));
            entry.End();
            if (name is null || (hash is null && entry.Text("sha256") is null))
            {
                entry.Refuse("a key needs a name and its sha256");
            }
            else if (keys.Exists(other => other.Name == name))
            {
                entry.Refuse("name", $"two keys are called '{name}'");
            }
            else if (hash is { } known)
            {
                keys.Add(new ApiKey(name, known) { Limits = limits });
            }
        }

        return keys;
    }
}
