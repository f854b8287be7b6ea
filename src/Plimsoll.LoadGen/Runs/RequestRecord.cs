namespace Plimsoll.LoadGen.Runs;

/// <summary>
/// One request as its client saw it. Times are nanoseconds since the start of the run, −1 where something did not happen; counts are −1
/// where the server did not say.
/// </summary>
public sealed class RequestRecord
{
    /// <summary>Its number, from 0 in order of intended start.</summary>
    public required long Id { get; init; }

    /// <summary>Prompt tokens that were asked for.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Output tokens that were asked for.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>The client hangs up after so many output tokens; null when it waits.</summary>
    public int? CancelledAfterTokens { get; init; }

    /// <summary>When it should have started: every latency counts from here.</summary>
    public long Intended { get; set; }

    /// <summary>When the generator got to it: began to send, or to connect.</summary>
    public long Started { get; set; } = -1;

    /// <summary>When its last byte was with the operating system.</summary>
    public long Sent { get; set; } = -1;

    /// <summary>When the first content came.</summary>
    public long FirstContent { get; set; } = -1;

    /// <summary>When the last content came.</summary>
    public long LastContent { get; set; } = -1;

    /// <summary>When it ended.</summary>
    public long Finished { get; set; } = -1;

    /// <summary>Pieces of the answer that carried content; each may hold several tokens.</summary>
    public int ContentEvents { get; set; }

    /// <summary>Prompt tokens as the server counted them.</summary>
    public int CountedPromptTokens { get; set; } = -1;

    /// <summary>Output tokens as the server counted them.</summary>
    public int CountedOutputTokens { get; set; } = -1;

    /// <summary>Prompt tokens that the server found in its cache.</summary>
    public int CachedTokens { get; set; } = -1;

    /// <summary>HTTP status; 0 when there was none.</summary>
    public int Status { get; set; }

    /// <summary>How it ended.</summary>
    public LoadOutcome Outcome { get; set; }

    /// <summary>Why it was rejected or failed.</summary>
    public string? Reason { get; set; }

    /// <summary>Prompt tokens: counted where the server counted, otherwise as asked.</summary>
    public int PromptLength => CountedPromptTokens >= 0 ? CountedPromptTokens : PromptTokens;

    /// <summary>Output tokens: counted where the server counted, otherwise pieces with content.</summary>
    public int OutputLength => CountedOutputTokens >= 0 ? CountedOutputTokens : ContentEvents;

    /// <summary>How late the generator was, in nanoseconds.</summary>
    public long ScheduleLag => Started - Intended;

    /// <summary>Intended start to first content, in nanoseconds.</summary>
    public long Ttft => FirstContent - Intended;

    /// <summary>Intended start to last content, in nanoseconds.</summary>
    public long E2e => Finished - Intended;

    /// <summary>Whether it has a time per output token: it completed with more than one.</summary>
    public bool HasTpot => Outcome == LoadOutcome.Completed && OutputLength > 1 && FirstContent >= 0;

    /// <summary>(E2E − TTFT) / (output tokens − 1), in nanoseconds; only where <see cref="HasTpot"/>.</summary>
    public long Tpot => (E2e - Ttft) / (OutputLength - 1);
}
