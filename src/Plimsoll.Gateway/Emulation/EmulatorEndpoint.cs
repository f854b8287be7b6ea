using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plimsoll.Core;
using Plimsoll.Gateway.Emulation.Answers;
using Plimsoll.Gateway.OpenAi;

namespace Plimsoll.Gateway.Emulation;

/// <summary>Answers what a model server is asked for: the OpenAI API, health, metrics, and the faults it is to have.</summary>
internal sealed class EmulatorEndpoint(EmulatorOptions options, EmulatedEngine engine, TimeProvider time)
{
    private static readonly AnswerFormat Chats = new ChoicesFormat(chats: true);
    private static readonly AnswerFormat Completions = new ChoicesFormat(chats: false);
    private static readonly AnswerFormat Responses = new ResponsesFormat();
    private static readonly AnswerFormat Embeddings = new EmbeddingsFormat();

    private readonly long _created = time.GetUtcNow().ToUnixTimeSeconds();
    private readonly FaultSwitch _faults = new(options.Faults, engine);
    private long _calls;

    public async Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        if (path == FaultSwitch.Path)
        {
            await _faults.HandleAsync(context);
            return;
        }

        if (_faults.Now.Crashed)
        {
            context.Abort();
            return;
        }

        bool posts = HttpMethods.IsPost(context.Request.Method);
        Task answer = (path, posts) switch
        {
            ("/v1/chat/completions", true) => InferAsync(context, Chats),
            ("/v1/completions", true) => InferAsync(context, Completions),
            ("/v1/responses", true) => InferAsync(context, Responses),
            ("/v1/embeddings", true) => InferAsync(context, Embeddings),
            ("/tokenize", true) => TokenizeAsync(context),
            ("/v1/models", false) => ModelsAsync(context),
            ("/metrics", false) => MetricsAsync(context),
            ("/health" or "/ping", _) => Task.CompletedTask,
            ("/v1/chat/completions" or "/v1/completions" or "/v1/responses" or "/v1/embeddings" or "/v1/models", _)
                or ("/tokenize" or "/metrics", _) =>
                new OpenAiError(StatusCodes.Status405MethodNotAllowed, "invalid_request_error", "method_not_allowed", "Method Not Allowed").WriteAsync(context),
            _ => new OpenAiError(StatusCodes.Status404NotFound, "invalid_request_error", "not_found", "Not Found").WriteAsync(context),
        };
        await answer;
    }

    // As vLLM does: the body may be one for the API, whose other fields do not count.
    private async Task TokenizeAsync(HttpContext context)
    {
        using BodyBuffer? bytes = await BodyBuffer.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        string problem = "";
        CallBody? body = bytes is null ? null : CallReader.Read(bytes.Bytes, options.Replica.BlockTokens, out problem);
        OpenAiError? error = bytes is null ? OpenAiError.TooLarge(options.MaxBodyBytes)
            : body is null ? OpenAiError.Invalid(problem)
            : body.Prompts.Count > 1 ? OpenAiError.Invalid("one prompt is cut into tokens at a time")
            : null;
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }

        int[] tokens = body!.Prompts[0].TokenIds;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("count", tokens.Length);
        json.WriteNumber("max_model_len", options.MostTokens);
        json.WriteStartArray("tokens");
        foreach (int token in tokens)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
        json.WriteNull("token_strs");
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private async Task InferAsync(HttpContext context, AnswerFormat format)
    {
        long number = Interlocked.Increment(ref _calls) - 1;
        using BodyBuffer? bytes = await BodyBuffer.ReadAsync(context.Request, options.MaxBodyBytes, context.RequestAborted);
        if (bytes is null)
        {
            await OpenAiError.TooLarge(options.MaxBodyBytes).WriteAsync(context);
            return;
        }

        CallBody? body = CallReader.Read(bytes.Bytes, options.Replica.BlockTokens, out string problem);
        OpenAiError? error = body is null ? OpenAiError.Invalid(problem) : WhyNot(body, format);
        RequestFault fault = _faults.Draw(options.Seed, number);
        error ??= fault == RequestFault.Error ? EmulatorErrors.Internal : null;
        if (error is not null)
        {
            await error.WriteAsync(context);
            return;
        }

        await ServeAsync(context, format, body!, number, fault);
    }

    private async Task ServeAsync(HttpContext context, AnswerFormat format, CallBody body, long number, RequestFault fault)
    {
        EmulatedCall call = SequencesOf(body, format, number);
        engine.Submit(call);
        try
        {
            await AnswerAsync(context, format, body, call, number, fault);
        }
        finally
        {
            // Whatever ended the answer. A callback of the client's leaving would not do: it may be taken back before it has run.
            if (!call.Events.Completion.IsCompleted)
            {
                engine.Abort(call);
            }
        }
    }

    private async Task AnswerAsync(HttpContext context, AnswerFormat format, CallBody body, EmulatedCall call, long number, RequestFault fault)
    {
        EmulatedEvent first = await call.Events.ReadAsync(context.RequestAborted);
        if (first.Kind != EmulatedEventKind.Accepted)
        {
            await RefuseAsync(context, first);
            return;
        }

        string id = RequestIdOf(context, number);
        context.Response.Headers["X-Request-Id"] = id;
        var answer = new Answer(
            id, time.GetUtcNow().ToUnixTimeSeconds(), body.Model ?? options.Model, body, [.. call.Sequences.Select(sequence => new AnswerPart(sequence))]);
        var writing = new AnswerWriting(context, format, answer, fault, _faults);
        await (body.Streams ? writing.StreamAsync(call.Events) : writing.WholeAsync(call.Events));
        if (writing.WasCut)
        {
            context.Abort();
        }
    }

    private EmulatedCall SequencesOf(CallBody body, AnswerFormat format, long number)
    {
        var call = new EmulatedCall(body.Priority);
        var sequences = new List<EmulatedSequence>();
        for (int i = 0; i < body.Prompts.Count * body.Samples; i++)
        {
            PromptText prompt = body.Prompts[i / body.Samples];
            ulong seed = SeedOf(body, prompt, number, i);
            int limit = !format.Generates ? 1 : Math.Min(body.MaxTokens ?? int.MaxValue, options.MostTokens - prompt.Tokens);
            sequences.Add(new EmulatedSequence(call, i, prompt, OutputOf(body, seed, limit), limit, seed));
        }

        call.Sequences = sequences;
        return call;
    }

    // With a seed, or at temperature 0, the same prompt gives the same text; else each call has its own.
    private ulong SeedOf(CallBody body, PromptText prompt, long number, int index)
    {
        ulong content = StableHash.Combine((ulong)prompt.Tokens, prompt.Hashes.Length > 0 ? prompt.Hashes[^1] : 0, (ulong)(body.Seed ?? 0));
        ulong which = body.Repeats || body.Seed is not null ? content : StableHash.Mix((ulong)number);
        return StableHash.Combine(options.Seed, which, (ulong)index);
    }

    private int OutputOf(CallBody body, ulong seed, int limit)
    {
        if (body.IgnoresEnd)
        {
            return limit;
        }

        RandomStream dice = new RandomTree(seed).Stream("output length");
        return Math.Clamp(options.Outputs(ref dice), Math.Clamp(body.MinTokens, 1, limit), limit);
    }

    private OpenAiError? WhyNot(CallBody body, AnswerFormat format)
    {
        if (body.Model is { } model && model != options.Model)
        {
            return OpenAiError.UnknownModel(model);
        }

        if (body.Priority != 0 && options.Replica.Rules.Order is null)
        {
            return OpenAiError.Invalid("priority must be 0: this engine does not schedule by priority");
        }

        if (format is ResponsesFormat && (body.Samples > 1 || body.Prompts.Count > 1))
        {
            return OpenAiError.Invalid("a response answers one input, once");
        }

        if (!format.Generates && body.Streams)
        {
            return OpenAiError.Invalid("embeddings do not stream");
        }

        PromptText? tooLong = body.Prompts.FirstOrDefault(prompt => (long)prompt.Tokens + (format.Generates ? body.MaxTokens ?? 1 : 0) > options.MostTokens);
        return tooLong is null ? null : EmulatorErrors.TooLong(options.MostTokens, tooLong.Tokens, body.MaxTokens);
    }

    private string RequestIdOf(HttpContext context, long number)
    {
        string? given = context.Request.Headers["X-Request-Id"];
        return given is { Length: > 0 and <= 256 } && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? given
            : StableHash.Combine(options.Seed, (ulong)_created, (ulong)number).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static async Task RefuseAsync(HttpContext context, EmulatedEvent told)
    {
        if (told.Kind == EmulatedEventKind.Refused)
        {
            await EmulatorErrors.Refused(told.Reason).WriteAsync(context);
        }
        else
        {
            context.Abort();
        }
    }

    private async Task MetricsAsync(HttpContext context)
    {
        string text = await _faults.MetricsAsync();
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    private async Task ModelsAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        json.WriteStartObject();
        json.WriteString("id", options.Model);
        json.WriteString("object", "model");
        json.WriteNumber("created", _created);
        json.WriteString("owned_by", "plimsoll");
        json.WriteString("root", options.Model);
        json.WriteNull("parent");
        json.WriteNumber("max_model_len", options.MostTokens);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
