using Plimsoll.Performance.StepTime;

namespace Plimsoll.Benchmarks.Setting;

/// <summary>The other step-time models, each made to resemble the roofline of the production-like setting.</summary>
internal static class StepTimes
{
    private const int TypicalSequences = 64;
    private const long TypicalContextTokens = 64 * 700;

    public static IStepTimeModel Constant { get; } = new ConstantStepTime(Seconds(Decodes(TypicalSequences, TypicalContextTokens)));

    public static IStepTimeModel Affine { get; } = MakeAffine();

    public static IStepTimeModel Table { get; } = MakeTable();

    private static AffineStepTime MakeAffine()
    {
        double constant = Seconds(Decodes(1, 1));
        double perContextToken = (Seconds(Decodes(1, 10_001)) - constant) / 10_000;
        double typical = Seconds(Decodes(TypicalSequences + 1, TypicalContextTokens));
        double perSequence = (typical - constant - (perContextToken * TypicalContextTokens)) / TypicalSequences;
        double perPrefillToken = (Seconds(Prompt(4096)) - constant) / 4096;
        return new AffineStepTime(constant, perPrefillToken, Math.Max(0, perSequence), perContextToken);
    }

    private static TableStepTime MakeTable()
    {
        List<ProfileRow> rows = [];
        for (int sequences = 1; sequences <= 1024; sequences *= 2)
        {
            for (long context = 64; context <= 16_384; context *= 4)
            {
                rows.Add(Row(Decodes(sequences, sequences * context)));
            }
        }

        for (int tokens = 64; tokens <= 8192; tokens *= 2)
        {
            rows.Add(Row(Prompt(tokens)));
        }

        return TableFit.Build(rows, "sampled roofline", floor: null).Value!;
    }

    private static BatchShape Decodes(int sequences, long context) => new(0, 0, 0, sequences, context);

    private static BatchShape Prompt(long tokens) => new(tokens, 1, tokens * tokens, 0, 0);

    private static ProfileRow Row(in BatchShape shape) => new(shape, Seconds(shape), 0);

    private static double Seconds(in BatchShape shape) => Production.Roofline.StepPicoseconds(shape) * 1e-12;
}
