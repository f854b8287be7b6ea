using System.Buffers.Binary;
using System.Text.Json;
using Plimsoll.Core;

namespace Plimsoll.Gateway.Emulation.Answers;

/// <summary>/v1/embeddings: vectors of length 1 that follow from the text's seed and mean nothing.</summary>
internal sealed class EmbeddingsFormat : AnswerFormat
{
    public override string IdPrefix => "embd-";

    public override bool Generates => false;

    public override void Whole(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject();
        json.WriteString("id", IdPrefix + answer.Id);
        json.WriteString("object", "list");
        json.WriteNumber("created", answer.Created);
        json.WriteString("model", answer.Model);
        json.WriteStartArray("data");
        foreach (AnswerPart part in answer.Parts)
        {
            json.WriteStartObject();
            json.WriteNumber("index", part.Index);
            json.WriteString("object", "embedding");
            json.WritePropertyName("embedding");
            WriteVector(json, Vector(part.Seed, answer.Body.Dimensions), answer.Body.Base64);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", answer.PromptTokens);
        json.WriteNumber("completion_tokens", 0);
        json.WriteNumber("total_tokens", answer.PromptTokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void Continue(EventWriter events, Answer answer, AnswerPart part, int from) =>
        throw new NotSupportedException("embeddings do not stream");

    public override void Close(EventWriter events, Answer answer) => throw new NotSupportedException("embeddings do not stream");

    private static void WriteVector(Utf8JsonWriter json, float[] vector, bool asBase64)
    {
        if (asBase64)
        {
            byte[] bytes = new byte[vector.Length * sizeof(float)];
            for (int i = 0; i < vector.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
            }

            json.WriteBase64StringValue(bytes);
            return;
        }

        json.WriteStartArray();
        foreach (float value in vector)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    private static float[] Vector(ulong seed, int dimensions)
    {
        var dice = new RandomStream(seed);
        var vector = new float[dimensions];
        double squares = 0;
        for (int i = 0; i < dimensions; i++)
        {
            double value = (2 * dice.NextOpenUnit()) - 1;
            vector[i] = (float)value;
            squares += value * value;
        }

        double length = Math.Sqrt(squares);
        for (int i = 0; i < dimensions; i++)
        {
            vector[i] = (float)(vector[i] / length);
        }

        return vector;
    }
}
