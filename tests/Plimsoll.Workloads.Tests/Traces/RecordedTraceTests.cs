using System.Text;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

/// <summary>What a live gateway writes: in the order in which requests end, and perhaps not to its end.</summary>
public sealed class RecordedTraceTests
{
    [Fact]
    public void It_is_read_in_order_of_arrival_from_the_first_one_on()
    {
        Read read = Read.Bytes(Written(Request(7.5, 30), Request(5, 10), Request(6.25, 20)));

        Assert.Equal([(0, 10, 4), (1.25, 20, 4), (2.5, 30, 4)], read.Rows);
        Assert.Equal(0, read.Problems.Total);
        Assert.Equal([11UL, 12UL], read.Requests[0].Details!.PrefixHashes);
        Assert.Equal("c", read.Requests[0].Details!.Client);
    }

    [Fact]
    public void A_row_that_was_cut_anywhere_is_left_out_and_said_so()
    {
        byte[] whole = Written(Request(1, 10), Request(2, 20));
        int lastRow = Encoding.UTF8.GetString(whole).TrimEnd('\n').LastIndexOf('\n') + 1;
        for (int length = lastRow + 1; length < whole.Length - 1; length++)
        {
            Read read = Read.Bytes(whole[..length]);

            Assert.True(read.Requests.Count == 1 && read.Problems.Total == 0, $"cut at {length}");
            Assert.Contains("not written to its end", Assert.Single(read.Source!.Notes.Remarks), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_row_without_its_end_among_others_is_wrong()
    {
        string text = Encoding.UTF8.GetString(Written(Request(1, 10), Request(2, 20)));
        int end = text.IndexOf(",1\n", StringComparison.Ordinal);

        Read read = Read.Text(text.Remove(end + 1, 1));

        Assert.Single(read.Requests);
        Assert.Contains("recorded", Assert.Single(read.Problems.Kept).ToString(), StringComparison.Ordinal);
    }

    private static byte[] Written(params InferenceRequest[] requests)
    {
        var stream = new MemoryStream();
        var writer = new RecordedTraceWriter(stream);
        foreach (InferenceRequest request in requests)
        {
            writer.Write(request);
        }

        writer.Flush();
        return stream.ToArray();
    }

    private static InferenceRequest Request(double seconds, int prompt) => new(
        default,
        Instant.FromSeconds(seconds),
        prompt,
        4,
        new RequestDetails { Client = "c", Model = "m", PrefixHashArray = [11, 12], BlockTokens = 5 });
}
