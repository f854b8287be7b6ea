using System.Net;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Performance.StepTime;
using Plimsoll.Policies.Batching;
using Plimsoll.Serving.Replica;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>Emulators whose steps take ten milliseconds unless something else is said.</summary>
internal static class Emulators
{
    public static ReplicaConfiguration Replica(double stepSeconds = 0.010, int sequences = 64) => new(
        new BatchingRules { MaxSequences = sequences, TokenBudget = 2048, PrefixCaching = true, StepsInFlight = 2 },
        KvBlocks: 10_000,
        BlockTokens: 16,
        new ConstantStepTime(stepSeconds));

    public static EmulatorOptions Options(double stepSeconds = 0.010, int outputTokens = 8, int sequences = 64) => new()
    {
        Model = "little",
        Replica = Replica(stepSeconds, sequences),
        Outputs = (ref RandomStream _) => outputTokens,
        MaxModelTokens = 100_000,
    };

    public static EmulatorMetrics Metrics() => new("little", Replica());

    public static Task<EmulatorServer> StartAsync(EmulatorOptions options) =>
        EmulatorServer.StartAsync(options, new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System);

    public static EmulatedCall Call(params (int Prompt, int Output)[] sequences)
    {
        var call = new EmulatedCall();
        call.Sequences =
        [
            .. sequences.Select((sequence, i) => new EmulatedSequence(
                call, i, new PromptText(sequence.Prompt, []), sequence.Output, limit: sequence.Output, textSeed: 1)),
        ];
        return call;
    }
}
