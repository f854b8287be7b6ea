using System.Text;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

public class RowProblemTests
{
    [Theory]
    [InlineData("arrival_seconds,prompt_tokens,output_tokens\nsoon,NaN,-4\n1,5,5\n")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\nsoon,NaN,-4\n2023-11-16 18:15:46.6805900,5,5\n")]
    public void Every_field_of_a_row_is_reported_and_the_row_counts_once(string text)
    {
        var problems = new TraceProblems();
        ITraceSource trace = TraceReader.Open("t.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), new TraceOptions(), problems)!;

        Assert.Equal(1, trace.Read(new InferenceRequest[10]));
        Assert.Equal((1L, 3L), (problems.BadRows, problems.Total));
        Assert.All(problems.Kept, problem => Assert.Equal(2, problem.Line));
        Assert.Equal(1, trace.Notes.BadRows);
    }
}
