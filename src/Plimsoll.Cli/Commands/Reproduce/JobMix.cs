using Plimsoll.Core;
using Plimsoll.Metrics.Reports;

namespace Plimsoll.Cli.Commands.Reproduce;

/// <summary>Jobs of several kinds in random order, all there at round 0, and the memory they share.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="KvTokens">KV tokens of the replica.</param>
/// <param name="Parts">The kinds.</param>
internal sealed record JobMix(string Name, int KvTokens, IReadOnlyList<JobMixPart> Parts)
{
    public const int MostTokens = 1_000_000_000;

    public int Jobs => Parts.Sum(part => part.Jobs);

    /// <summary>What is known of parts that are not as the scenario says, in sentences.</summary>
    public IEnumerable<string> Notes => RecordedParts.Where(list => list.LeftOut > 0).Select(list =>
        $"{Name}: requests of {list.Name} that need more than {Units.Count(KvTokens)} tokens are left out: {Units.Count(list.LeftOut)}.");

    /// <summary>Files that parts of it need and that are not there.</summary>
    public IEnumerable<string> Missing => RecordedParts.Where(list => list.Lengths.Count == 0).Select(list => list.Name).Distinct();

    /// <summary>Why it was not run, in a sentence; nothing if nothing is missing.</summary>
    public IEnumerable<string> NotRun => Missing.Any()
        ? [$"{Name} was not run: the data folder (--data) does not hold {string.Join(" and ", Missing)}."]
        : [];

    private IEnumerable<RecordedLengths> RecordedParts => Parts.Select(part => part.Recorded).OfType<RecordedLengths>();

    /// <summary>Takes a mix from its fields.</summary>
    public static JobMix Read(ScenarioFields fields, ExperimentInputs inputs)
    {
        int kvTokens = fields.Whole("kv_tokens", 2, MostTokens);
        return new JobMix(
            fields.Text("name"), kvTokens, [.. fields.Groups("parts").Select(part => JobMixPart.Read(part, kvTokens, inputs))]);
    }

    /// <summary>Draws the jobs.</summary>
    public InferenceRequest[] Draw(RandomTree random)
    {
        var lengths = new (int Prompt, int Output)[Jobs];
        int next = 0;
        for (int part = 0; part < Parts.Count; part++)
        {
            Parts[part].Draw(lengths.AsSpan(next, Parts[part].Jobs), random, part);
            next += Parts[part].Jobs;
        }

        RandomStream order = random.Stream("order");
        for (int i = lengths.Length - 1; i > 0; i--)
        {
            int other = (int)order.NextBelow(i + 1);
            (lengths[i], lengths[other]) = (lengths[other], lengths[i]);
        }

        return [.. lengths.Select((job, i) => new InferenceRequest(new RequestId(i), Instant.Zero, job.Prompt, job.Output))];
    }
}
