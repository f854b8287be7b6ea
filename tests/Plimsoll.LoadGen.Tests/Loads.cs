using Plimsoll.Core;
using Plimsoll.LoadGen.Prompts;
using Plimsoll.LoadGen.Runs;

namespace Plimsoll.LoadGen.Tests;

/// <summary>Runs against a fake server.</summary>
internal static class Loads
{
    /// <summary>A watcher that never stops anything.</summary>
    public static ILoadWatcher Patient { get; } = new Watcher((_, _) => true);

    /// <summary>Requests at these milliseconds, each with a prompt of 5 tokens and so many of output.</summary>
    public static InferenceRequest[] At(int outputTokens, params double[] milliseconds) =>
        [.. milliseconds.Select((time, i) => new InferenceRequest(new RequestId(i), Instant.FromSeconds(time / 1000), 5, outputTokens))];

    public static LoadPlan Plan(FakeServer server, IReadOnlyList<InferenceRequest> requests) => new()
    {
        Requests = requests,
        Writer = new RequestWriter(server.Target, "m", false, new TokenNumbers(), new PromptLayout(1)),
        WarmConnections = 0,
        Drain = Duration.FromMilliseconds(60_000),
    };

    /// <summary>Runs on a thread of its own, as the program does, so that the test can act meanwhile.</summary>
    public static Task<LoadResult> RunAsync(FakeServer server, LoadPlan plan, ILoadWatcher? watcher = null) =>
        Task.Factory.StartNew(() => LoadRun.Execute(plan, server.Target, server.At, watcher ?? Patient), TaskCreationOptions.LongRunning);

    /// <summary>A watcher that is asked with how many requests have started and ended.</summary>
    public sealed class Watcher(Func<long, long, bool> goesOn) : ILoadWatcher
    {
        public bool Continue(double seconds, long started, long ended) => goesOn(started, ended);
    }
}
