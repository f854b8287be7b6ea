using Plimsoll.Cli.Output;
using Plimsoll.Gateway.Recording;

namespace Plimsoll.Cli.Setup.Serving;

/// <summary>What is kept of a gateway's life: its traffic and its decisions, in one folder.</summary>
internal sealed class Recording : IAsyncDisposable
{
    public required DecisionRecorder Decisions { get; init; }

    public required TraceRecorder Trace { get; init; }

    /// <summary>Drawn anew in each run, and written nowhere.</summary>
    public required HashKey Key { get; init; }

    /// <summary>Begins to record.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public static Recording Begin(RecordSettings settings, DateTimeOffset now)
    {
        var folder = new RecordFolder(settings.Folder, settings.MostBytes, settings.FileBytes);
        return new Recording
        {
            Decisions = new DecisionRecorder(folder, now, Terminal.Say),
            Trace = new TraceRecorder(folder),
            Key = HashKey.Draw(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await Decisions.DisposeAsync().ConfigureAwait(false);
        await Trace.DisposeAsync().ConfigureAwait(false);
        Key.Dispose();
        if (Decisions.Gaps > 0)
        {
            Terminal.Say($"the decision log has {Decisions.Gaps:#,0} gaps: its disk was too slow");
        }

        if (Trace.Lost > 0)
        {
            Terminal.Say($"the recorded trace lacks {Trace.Lost:#,0} requests: its disk was too slow");
        }
    }
}
