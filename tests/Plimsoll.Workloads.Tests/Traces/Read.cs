using System.IO.Compression;
using System.Text;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

/// <summary>A trace read to its end, with all that was said about it.</summary>
internal sealed record Read(List<InferenceRequest> Requests, TraceProblems Problems, ITraceSource? Source)
{
    public IEnumerable<(double Seconds, int Prompt, int Output)> Rows =>
        Requests.Select(request => (request.Arrival.Seconds, request.PromptTokens, request.OutputTokens));

    public static Read Text(string content, TraceOptions? options = null) => Bytes(Encoding.UTF8.GetBytes(content), options);

    public static Read Bytes(byte[] content, TraceOptions? options = null) => From(new MemoryStream(content), options);

    public static Read From(Stream stream, TraceOptions? options = null)
    {
        TraceProblems problems = new();
        ITraceSource? source = TraceReader.Open("made-up", stream, options ?? new TraceOptions(), problems);
        List<InferenceRequest> requests = source is null ? [] : Draw.All(source);
        Draw.AreNumberedInOrder(requests);
        if (source is not null)
        {
            Assert.Equal(requests.Count, source.Notes.Requests);
        }

        return new Read(requests, problems, source);
    }

    public static byte[] Gzip(byte[] content)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public void IsClean() => Assert.Empty(Problems.Kept);
}
