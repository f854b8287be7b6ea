namespace Plimsoll.Core;

/// <summary>Why a request was refused; fit for a metric label.</summary>
public enum RejectReason
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>The admission policy's queue limit was reached.</summary>
    QueueFull,

    /// <summary>The admission policy's token budget was spent.</summary>
    TokenBudget,

    /// <summary>Prompt and output need more KV memory than a whole replica has, so it could never finish.</summary>
    ExceedsKvCapacity,

    /// <summary>The prompt is longer than one step's token budget, and this engine does not split prompts.</summary>
    PromptExceedsTokenBudget,

    /// <summary>No replica takes requests.</summary>
    NoReplicaReady,

    /// <summary>Its deadline came while it was held.</summary>
    DeadlineExceeded,
}
