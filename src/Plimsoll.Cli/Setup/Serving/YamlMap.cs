using System.Globalization;
using Plimsoll.Cli.Options;
using Plimsoll.Core;
using YamlDotNet.RepresentationModel;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>
/// A mapping of a configuration file. Whoever reads a key also says thereby that it exists; what nobody asked for is a problem. Problems
/// name file and line, and reading goes on after each.
/// </summary>
internal sealed class YamlMap(string file, YamlMappingNode? node, InputProblems problems)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Another mapping of the same file.</summary>
    public YamlMap Of(YamlMappingNode other) => new(file, other, problems);

    /// <summary>Says what is wrong at a node of this file.</summary>
    public void Refuse(YamlNode at, string what) => problems.Add($"{file}:{at.Start.Line}", what);

    /// <summary>Says what is wrong with this mapping as a whole.</summary>
    public void Refuse(string what)
    {
        if (node is not null)
        {
            Refuse(node, what);
        }
    }

    /// <summary>Says what is wrong with the value of a key, or with the mapping where the key is missing.</summary>
    public void Refuse(string key, string what)
    {
        if (node is not null)
        {
            Refuse(node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : node, $"{key}: {what}");
        }
    }

    public string? Text(string key)
    {
        YamlNode? value = Value(key);
        if (value is null or YamlScalarNode { Value: "" or null or "~" or "null" })
        {
            return null;
        }

        if (value is YamlScalarNode scalar)
        {
            return scalar.Value;
        }

        Refuse(value, $"{key}: must be one value, not a list or a mapping");
        return null;
    }

    public int? Count(string key, int least, int most = int.MaxValue) => Parsed(
        key,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value : (int?)null,
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));

    public int? Whole(string key) => Parsed(
        key,
        text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : (int?)null,
        "a whole number");

    public bool? Flag(string key) => Parsed(
        key,
        text => text switch { "true" => true, "false" => false, _ => (bool?)null },
        "true or false");

    /// <summary>A time above zero.</summary>
    public Duration? Time(string key) => Parsed(
        key,
        text => Durations.TryParse(text, out Duration time) && time > Duration.Zero && time.Seconds < 1e6 ? time : (Duration?)null,
        "a time above 0; write 250ms, 1.5s, 10m or a number of seconds");

    /// <summary>The mappings of a list; what is none of them is refused.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        List<YamlMap> maps = [];
        foreach (YamlNode entry in List(key))
        {
            if (entry is YamlMappingNode mapping)
            {
                maps.Add(Of(mapping));
            }
            else
            {
                Refuse(entry, $"{key}: each must be a mapping");
            }
        }

        return maps;
    }

    public YamlMap Map(string key)
    {
        YamlNode? value = Value(key);
        if (value is not null and not YamlMappingNode)
        {
            Refuse(value, $"{key}: must be a mapping");
        }

        return new YamlMap(file, value as YamlMappingNode, problems);
    }

    public IReadOnlyList<YamlNode> List(string key)
    {
        YamlNode? value = Value(key);
        if (value is YamlSequenceNode list)
        {
            return [.. list.Children];
        }

        if (value is not null)
        {
            Refuse(value, $"{key}: must be a list");
        }

        return [];
    }

    /// <summary>The keys of this mapping, all of which are thereby known.</summary>
    public IReadOnlyList<string> Keys()
    {
        string[] keys = [.. node?.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "") ?? []];
        _known.UnionWith(keys);
        return keys;
    }

    /// <summary>Everything has been read: what is left was not meant for us.</summary>
    public void End()
    {
        foreach (YamlNode key in node?.Children.Keys ?? Enumerable.Empty<YamlNode>())
        {
            if (key is not YamlScalarNode { Value: { } name } || !_known.Contains(name))
            {
                Refuse(key, $"unknown key '{key}'; known: {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
            }
        }
    }

    private T? Parsed<T>(string key, Func<string, T?> parse, string expected)
        where T : struct
    {
        string? text = Text(key);
        T? value = text is null ? null : parse(text);
        if (text is not null && value is null)
        {
            Refuse(key, $"'{text}' is not {expected}");
        }

        return value;
    }

    private YamlNode? Value(string key)
    {
        _known.Add(key);
        return node is not null && node.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? value) ? value : null;
    }
}
