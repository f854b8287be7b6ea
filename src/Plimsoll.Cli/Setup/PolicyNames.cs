namespace Plimsoll.Cli.Setup;

/// <summary>Lists of policies as users write them.</summary>
internal static class PolicyNames
{
    /// <summary>
    /// Splits <c>a,b:x=1,y=2,c</c> into policies: a part without a name of its own (<c>y=2</c>) continues the options of the part before
    /// it.
    /// </summary>
    public static IReadOnlyList<string> Split(string text)
    {
        List<string> names = [];
        foreach (string part in text.Split(','))
        {
            bool continues = names.Count > 0 && part.Contains('=', StringComparison.Ordinal) && !part.Contains(':', StringComparison.Ordinal);
            if (continues)
            {
                names[^1] += "," + part;
            }
            else
            {
                names.Add(part.Trim());
            }
        }

        return names;
    }
}
