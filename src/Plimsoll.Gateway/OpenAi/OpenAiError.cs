using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Gateway.Access;

namespace Plimsoll.Gateway.OpenAi;

/// <summary>An error in the shape that clients of the OpenAI API read: <c>{"error": {message, type, param, code}}</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Kind of error, as in invalid_request_error.</param>
/// <param name="Code">What a program tells errors apart by.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="RetryAfterSeconds">When it is worth trying again; null when it is not known.</param>
public sealed record OpenAiError(int Status, string Type, string Code, string Message, int? RetryAfterSeconds = null)
{
    // For clients of an API, and never part of a page: quotation marks in sentences stay what they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request cannot be understood.</summary>
    public static OpenAiError Invalid(string message) => new(StatusCodes.Status400BadRequest, "invalid_request_error", "invalid_request", message);

    /// <summary>The request brings no key, or nobody's.</summary>
    public static OpenAiError WrongKey { get; } =
        new(StatusCodes.Status401Unauthorized, "invalid_request_error", "invalid_api_key", "a valid API key is needed: Authorization: Bearer KEY");

    /// <summary>A limit of the request's own key is used up.</summary>
    public static OpenAiError OverLimit(KeyRefusal refusal) => new(
        StatusCodes.Status429TooManyRequests, "rate_limit_error", "rate_limit_exceeded", $"this key's limit is used up: {refusal.Limit}",
        refusal.RetryAfterSeconds);

    /// <summary>The body is longer than the gateway takes.</summary>
    public static OpenAiError TooLarge(long bytes) =>
        new(StatusCodes.Status413PayloadTooLarge, "invalid_request_error", "request_too_large", $"the body is longer than {bytes} bytes");

    /// <summary>No backend has this model.</summary>
    public static OpenAiError UnknownModel(string model) =>
        new(StatusCodes.Status404NotFound, "invalid_request_error", "model_not_found", $"the model '{model}' does not exist here");

    /// <summary>The gateway sheds load.</summary>
    public static OpenAiError Shed(string reason, int retryAfterSeconds) =>
        new(StatusCodes.Status429TooManyRequests, "rate_limit_error", reason, "too many requests are waiting; try again later", retryAfterSeconds);

    /// <summary>No backend takes requests.</summary>
    public static OpenAiError NothingReady(int retryAfterSeconds) =>
        new(StatusCodes.Status503ServiceUnavailable, "service_unavailable", "no_replica_ready", "no replica is ready to serve", retryAfterSeconds);

    /// <summary>The request's own deadline came while it waited.</summary>
    public static OpenAiError DeadlineExceeded { get; } =
        new(StatusCodes.Status504GatewayTimeout, "timeout_error", "deadline_exceeded", "the request's deadline came while it was waiting");

    /// <summary>A backend did not begin to answer in time.</summary>
    public static OpenAiError UpstreamSilent { get; } =
        new(StatusCodes.Status504GatewayTimeout, "upstream_error", "upstream_timeout", "the replica did not answer in time");

    /// <summary>No such page.</summary>
    public static OpenAiError NotFound { get; } =
        new(StatusCodes.Status404NotFound, "invalid_request_error", "not_found", "there is nothing at this address");

    /// <summary>The page is there for another method.</summary>
    public static OpenAiError WrongMethod { get; } =
        new(StatusCodes.Status405MethodNotAllowed, "invalid_request_error", "method_not_allowed", "this address wants another method");

    /// <summary>A backend broke before it had answered.</summary>
    public static OpenAiError UpstreamFailed { get; } =
        new(StatusCodes.Status502BadGateway, "upstream_error", "upstream_failed", "the replica failed before it answered");

    /// <summary>A backend broke in the middle of its answer.</summary>
    public static OpenAiError UpstreamCut { get; } =
        new(StatusCodes.Status502BadGateway, "upstream_error", "upstream_cut", "the replica failed in the middle of its answer");

    /// <summary>A backend paused too long in the middle of its answer.</summary>
    public static OpenAiError UpstreamIdle { get; } =
        new(StatusCodes.Status504GatewayTimeout, "upstream_error", "upstream_idle", "the replica stopped in the middle of its answer");

    /// <summary>It as an event of a stream that has begun.</summary>
    public byte[] Event()
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            Write(writer);
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes it as the whole answer.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        if (RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter, Plain);
        Write(writer);
        await writer.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("message", Message);
        writer.WriteString("type", Type);
        writer.WriteNull("param");
        writer.WriteString("code", Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
