using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Emulation;

/// <summary>Errors of a model server.</summary>
internal static class EmulatorErrors
{
    /// <summary>Something is wrong with the server.</summary>
    public static OpenAiError Internal { get; } =
        new(StatusCodes.Status500InternalServerError, "InternalServerError", "internal_error", "EngineCore encountered an issue");

    /// <summary>Prompt and output are longer than the model's context.</summary>
    public static OpenAiError TooLong(int most, int promptTokens, int? outputTokens) => new(
        StatusCodes.Status400BadRequest,
        "invalid_request_error",
        "context_length_exceeded",
        $"This model's maximum context length is {most} tokens. However, you requested {promptTokens} tokens in the prompt"
            + (outputTokens is null ? "." : $" and {outputTokens} in the completion."));

    /// <summary>The engine could never serve it.</summary>
    public static OpenAiError Refused(RejectReason reason) =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", "never_fits", $"the engine can never serve this request: {reason}");
}
