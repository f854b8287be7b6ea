using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Workloads.Traces.Formats;

/// <summary>Reads a trace of one JSON object per line.</summary>
internal abstract class JsonTrace(TraceInput input) : LineTrace(input)
{
    protected sealed override bool TryParse(ReadOnlySpan<byte> line, out InferenceRequest request)
    {
        request = default;
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return Bad("", "the line is not a JSON object");
            }

            Begin();
            return ReadFields(ref reader) && !reader.Read() && TryBuild(out request);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return Bad("", "the line is not valid JSON");
        }
    }

    /// <summary>Forgets the line before.</summary>
    protected abstract void Begin();

    /// <summary>
    /// Looks at one field. The reader stands on its name; either takes the whole value, or leaves the reader there and the value is
    /// skipped. False after reporting a bad value.
    /// </summary>
    protected abstract bool TryField(ref Utf8JsonReader reader);

    /// <summary>Makes the request of the fields seen.</summary>
    protected abstract bool TryBuild(out InferenceRequest request);

    /// <summary>Steps to the value and reads a number of tokens.</summary>
    protected bool ReadTokens(ref Utf8JsonReader reader, string field, out int tokens, int least = 1) =>
        Tokens(field, NumberText(ref reader), out tokens, least);

    /// <summary>Steps to the value and reads a time; a null stands for a missing one.</summary>
    protected bool ReadTime(ref Utf8JsonReader reader, string field, long unitNanoseconds, out Instant time) =>
        Time(field, NumberText(ref reader), unitNanoseconds, out time);

    /// <summary>Steps to the value and reads a name: a string or a number; null for anything else.</summary>
    protected string? ReadName(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueIsEscaped ? reader.GetString() : Names.Get(reader.ValueSpan);
        }

        string? name = reader.TokenType == JsonTokenType.Number ? Names.Get(reader.ValueSpan) : null;
        reader.Skip();
        return name;
    }

    /// <summary>Steps to the value and reads an array of whole numbers not below zero into <paramref name="values"/>.</summary>
    protected bool ReadIds(ref Utf8JsonReader reader, string field, List<ulong> values)
    {
        values.Clear();
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return Bad(field, "is not a list");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out ulong value))
            {
                return Bad(field, "holds something that is not a whole number from 0");
            }

            values.Add(value);
        }

        return true;
    }

    private static ReadOnlySpan<byte> NumberText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
            return "{}"u8;
        }

        return reader.ValueSpan;
    }

    private bool ReadFields(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryField(ref reader))
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                reader.Skip();
            }
        }

        return true;
    }
}
