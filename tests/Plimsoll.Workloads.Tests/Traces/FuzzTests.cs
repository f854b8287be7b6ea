using System.Text;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

/// <summary>Whatever the bytes, reading ends, throws nothing, and every row is either given out or accounted for.</summary>
public sealed class FuzzTests
{
    private const string Telling = "0123456789,.-{}[]\":\neE";

    private static readonly string[] Seeds =
    [
        "arrival_seconds,prompt_tokens,output_tokens,prefix_hashes,block_tokens,client\n0,1,2,1;2;0x3,16,\"a,b\"\n1,2,3,,,\n",
        "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n",
        "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
        + "5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,10,0,10,API log\n",
        "{\"timestamp\": 0, \"input_length\": 6758, \"output_length\": 500, \"hash_ids\": [0, 1, 2]}\n"
        + "{\"timestamp\": 3, \"input_length\": 8, \"output_length\": 5}\n",
        "{\"chat_id\": 4, \"timestamp\": 1.25, \"input_length\": 20, \"output_length\": 5, \"hash_ids\": [3, 4]}\n",
        "arrived_at,num_prefill_tokens,num_decode_tokens\n0.1,10,20\n1e3,5,6\n",
        "id,prompt_tokens,output_tokens,lower,upper,arrival\na,2,3,1,6,0\nb,2,1,,,4\n",
        "request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size\n0,2,0,1,1,4096,32\n",
        "{\"ContextTokens\": 3, \"GeneratedTokens\": 4, \"StartTimeOffset\": 2000000001, \"RequestID\": \"b\"}\n",
        "{\"session_id\": \"s\", \"arrival_time_ns\": 1, \"sub_requests\": "
        + "[{\"input_toks\": 10, \"output_toks\": 1, \"tool_duration_ns\": 9}]}\n"
        + "{\"input_toks\": 1, \"output_toks\": 2, \"arrival_time\": 1.5}\n",
        "{\"session_id\": \"x\", \"request_arrival_delta_s\": 0.5, \"input_tokens\": 128, \"output_tokens\": 64, \"model_id\": \"m\"}\n",
        "[{\"id\": \"c\", \"conversations\": [{\"from\": \"human\", \"value\": \"12\\u00e9\"}, {\"from\": \"gpt\", \"value\": \"caf\"}]}]",
    ];

    [Fact]
    public void Random_bytes_in_every_reader()
    {
        RandomStream dice = new(1);
        foreach (TraceFormat format in TraceFormats.All)
        {
            for (int i = 0; i < 40; i++)
            {
                byte[] bytes = new byte[dice.NextBelow(3000)];
                for (int k = 0; k < bytes.Length; k++)
                {
                    bytes[k] = (byte)dice.NextUInt64();
                }

                Check(bytes, format.Name);
            }
        }
    }

    [Fact]
    public void Damaged_traces_of_every_format()
    {
        RandomStream dice = new(2);
        foreach (string seed in Seeds)
        {
            string format = FormatOf(seed);
            for (int i = 0; i < 400; i++)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(i % 4 == 0 ? string.Concat(Enumerable.Repeat(seed, 3)) : seed);
                for (int k = (int)dice.NextBelow(4); k >= 0; k--)
                {
                    byte telling = (byte)Telling[(int)dice.NextBelow(Telling.Length)];
                    bytes[dice.NextBelow(bytes.Length)] = dice.NextBelow(3) == 0 ? (byte)dice.NextUInt64() : telling;
                }

                byte[] cut = bytes[..(int)dice.NextBelow(bytes.Length + 1)];
                Check(i % 2 == 0 ? bytes : cut, null);
                Check(i % 3 == 0 ? Read.Gzip(bytes)[..^(int)dice.NextBelow(12)] : bytes, format);
            }
        }
    }

    [Fact]
    public void Every_format_that_reads_files_has_a_seed() =>
        Assert.Equal(
            TraceFormats.All.Select(format => format.Name).Where(name => name != "servegen"),
            TraceFormats.All.Select(format => format.Name).Where(Seeds.Select(FormatOf).Contains));

    private static string FormatOf(string seed) => TraceFormats.Detect(Encoding.UTF8.GetBytes(seed))!.Name;

    private static void Check(byte[] bytes, string? format)
    {
        TraceOptions options = new() { Format = format, SpreadBuckets = bytes.Length % 2 == 0, AssumeGrowingPrefixes = true };
        Read read = Read.Bytes(bytes, options);
        if (read.Source is { } source)
        {
            Assert.Equal(source.Notes.BadRows, read.Problems.BadRows);
            Assert.True(read.Requests.Count + source.Notes.FailedRows + read.Problems.Total > 0);
        }
        else
        {
            Assert.Equal(1, read.Problems.BadFiles);
        }
    }
}
