using Plimsoll.Core;

namespace Plimsoll.Workloads.Tests;

/// <summary>Pulls requests out of sources.</summary>
internal static class Draw
{
    public static List<InferenceRequest> All(IRequestSource source, int blockSize = 7)
    {
        List<InferenceRequest> all = [];
        InferenceRequest[] block = new InferenceRequest[blockSize];
        for (int read = source.Read(block); read > 0; read = source.Read(block))
        {
            all.AddRange(block.AsSpan(0, read));
        }

        Assert.Equal(0, source.Read(block));
        return all;
    }

    public static void AreNumberedInOrder(List<InferenceRequest> requests)
    {
        for (int i = 0; i < requests.Count; i++)
        {
            Assert.Equal(i, requests[i].Id.Value);
            Assert.True(requests[i].PromptTokens >= 1 && requests[i].OutputTokens >= 1);
            Assert.True(requests[i].Arrival >= (i == 0 ? Instant.Zero : requests[i - 1].Arrival));
        }
    }
}

/// <summary>Requests given by hand.</summary>
internal sealed class Listed(params InferenceRequest[] requests) : IRequestSource
{
    private int _given;

    public static Listed At(params double[] seconds) =>
        new([.. seconds.Select((time, i) => new InferenceRequest(new RequestId(i), Instant.FromSeconds(time), 10 + i, 1 + i))]);

    public int Read(Span<InferenceRequest> buffer)
    {
        int count = Math.Min(buffer.Length, requests.Length - _given);
        requests.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }
}
