using System.Text;
using System.Text.Json;

namespace Plimsoll.Performance.Reading;

/// <summary>Reads a whole JSON file into entries; comments and trailing commas are allowed, names given twice are not.</summary>
internal static class JsonEntryReader
{
    private static readonly JsonReaderOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The top object of the file; null, with the reason reported, when there is none.</summary>
    public static JsonEntry? Read(Stream stream, string file, List<InputProblem> problems)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        ReadOnlySpan<byte> bytes = WithoutByteOrderMark(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        try
        {
            var reader = new Utf8JsonReader(bytes, Lenient);
            var lines = new LineCounter(bytes);
            reader.Read();
            JsonEntry top = ReadValue(ref reader, ref lines, file, "", problems);
            while (reader.Read())
            {
            }

            if (top.Kind == JsonTokenType.StartObject)
            {
                return top;
            }

            problems.Add(new(file, top.Line, "", "the file must hold one JSON object"));
        }
        catch (JsonException broken)
        {
            problems.Add(new(file, (int)(broken.LineNumber ?? 0) + 1, "", "this is not valid JSON (at this place or just before it)"));
        }

        return null;
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    private static JsonEntry ReadValue(
        ref Utf8JsonReader reader, ref LineCounter lines, string file, string path, List<InputProblem> problems)
    {
        int line = lines.LineAt(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadObject(ref reader, ref lines, new JsonEntry(JsonTokenType.StartObject, file, line), path, problems);
            case JsonTokenType.StartArray:
                return ReadArray(ref reader, ref lines, new JsonEntry(JsonTokenType.StartArray, file, line), path, problems);
            case JsonTokenType.String:
                return new JsonEntry(JsonTokenType.String, file, line) { Text = reader.GetString() ?? "" };
            case JsonTokenType.Number:
                return new JsonEntry(JsonTokenType.Number, file, line) { Text = Encoding.UTF8.GetString(reader.ValueSpan) };
            default:
                return new JsonEntry(reader.TokenType, file, line);
        }
    }

    private static JsonEntry ReadObject(
        ref Utf8JsonReader reader, ref LineCounter lines, JsonEntry entry, string path, List<InputProblem> problems)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string name = reader.GetString() ?? "";
            string field = path.Length == 0 ? name : $"{path}.{name}";
            reader.Read();
            JsonEntry value = ReadValue(ref reader, ref lines, entry.File, field, problems);
            if (entry.Members.Any(member => member.Key == name))
            {
                problems.Add(new(entry.File, value.Line, field, "given twice"));
                continue;
            }

            entry.Members.Add(new(name, value));
        }

        return entry;
    }

    private static JsonEntry ReadArray(
        ref Utf8JsonReader reader, ref LineCounter lines, JsonEntry entry, string path, List<InputProblem> problems)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            entry.Items.Add(ReadValue(ref reader, ref lines, entry.File, $"{path}[{entry.Items.Count}]", problems));
        }

        return entry;
    }

    /// <summary>Turns byte offsets that never decrease into line numbers.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _offset;
        private int _line = 1;

        public int LineAt(long offset)
        {
            _line += _bytes[_offset..(int)offset].Count((byte)'\n');
            _offset = (int)offset;
            return _line;
        }
    }
}
