using System.CommandLine;
using System.Text.Json;
using Plimsoll.Cli.Options;
using Plimsoll.Cli.Output;
using Plimsoll.Cli.Setup;
using Plimsoll.Metrics.Reports;
using Plimsoll.Performance;
using Plimsoll.Policies;

namespace Plimsoll.Cli.Commands.Catalogs;

/// <summary><c>plimsoll catalog policies</c>: which decisions there are to make, and which rules to make them by.</summary>
internal static class CatalogPoliciesCommand
{
    private const string Help = """
        Policies by family; of one policy also its options, what it must see, where it comes from and when it is a bad idea.

        Examples:
          plimsoll catalog policies
          plimsoll catalog policies routing
          plimsoll catalog policies prefix-aware
          plimsoll catalog policies --json
        """;

    private static readonly string[] Headings = ["option", "type", "range", "unit", "default", "meaning"];

    public static Command Create()
    {
        Argument<string?> name = Arg.Optional("NAME", "A family, such as routing, or a policy, such as least-kv (default: all).");
        Option<bool> json = new OutputOptions().Json;
        var command = new Command("policies", Help) { name, json };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? name, bool json)
    {
        PolicyFamily[] families = [.. PolicyCatalog.Families.Where(family => Chosen(family, name).Count > 0)];
        if (families.Length == 0)
        {
            var problems = new InputProblems();
            IEnumerable<string> known = PolicyCatalog.Families
                .SelectMany(family => family.Policies.Select(policy => policy.Name).Prepend(family.Name));
            problems.Add("NAME", $"no policy and no family is called '{name}'{NameSuggestions.Sentence(name!, known)}");
            return Terminal.Refuse(problems);
        }

        if (json)
        {
            MachineOutput.Write(writer => WriteFamilies(writer, families, name));
            return ExitCode.Done;
        }

        foreach (PolicyFamily family in families)
        {
            Print(Console.Out, family, name);
        }

        return ExitCode.Done;
    }

    private static IReadOnlyList<PolicyEntry> Chosen(PolicyFamily family, string? name) =>
        name is null || name == family.Name ? family.Policies : [.. family.Policies.Where(policy => policy.Name == name)];

    private static void Print(TextWriter output, PolicyFamily family, string? name)
    {
        if (name is not null && name != family.Name)
        {
            Print(output, family, Chosen(family, name)[0]);
            return;
        }

        output.Write($"{family.Name}: {family.Question} The first is the default.\n\n");
        TextTable.Write(output, [.. family.Policies.Select(policy => new[] { policy.Name, policy.Summary })], 2);
        output.Write('\n');
    }

    private static void Print(TextWriter output, PolicyFamily family, PolicyEntry policy)
    {
        var sheet = new FactSheet();
        sheet.Add("summary", policy.Summary);
        sheet.Add("bad idea", policy.BadIdea);
        sheet.Add("signals", policy.Signals == Signals.None ? "none" : string.Join(", ", SignalNames(policy.Signals)));
        sheet.Add("source", policy.Source);
        sheet.Write(output, $"{policy.Name} ({family.Name})");
        if (policy.Options.Count > 0)
        {
            TextTable.Write(
                output,
                [Headings, .. policy.Options.Select(Row)],
                Headings.Length);
            output.Write($"\n  written {policy.Name}:{policy.Options[0].Name}=VALUE\n");
        }
    }

    private static string[] Row(PolicyOption option) =>
        [option.Name, option.Type, option.Range, option.Unit, option.Default, option.Meaning];

    private static IEnumerable<string> SignalNames(Signals signals) => Enum.GetValues<Signals>()
        .Where(signal => signal != Signals.None && signals.HasFlag(signal))
        .Select(signal => JsonNamingPolicy.SnakeCaseLower.ConvertName(signal.ToString()));

    private static void WriteFamilies(Utf8JsonWriter writer, PolicyFamily[] families, string? name)
    {
        writer.WriteStartArray("families");
        foreach (PolicyFamily family in families)
        {
            writer.WriteStartObject();
            writer.WriteString("name", family.Name);
            writer.WriteString("question", family.Question);
            writer.WriteString("default", family.Policies[0].Name);
            writer.WriteStartArray("policies");
            foreach (PolicyEntry policy in Chosen(family, name))
            {
                WritePolicy(writer, policy);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePolicy(Utf8JsonWriter writer, PolicyEntry policy)
    {
        writer.WriteStartObject();
        writer.WriteString("name", policy.Name);
        writer.WriteString("summary", policy.Summary);
        writer.WriteString("bad_idea", policy.BadIdea);
        writer.WriteString("source", policy.Source);
        JsonReport.WriteStrings(writer, "signals", [.. SignalNames(policy.Signals)]);
        writer.WriteStartArray("options");
        foreach (PolicyOption option in policy.Options)
        {
            writer.WriteStartObject();
            writer.WriteString("name", option.Name);
            writer.WriteString("type", option.Type);
            writer.WriteString("unit", option.Unit);
            writer.WriteString("range", option.Range);
            writer.WriteString("default", option.Default);
            writer.WriteString("meaning", option.Meaning);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
