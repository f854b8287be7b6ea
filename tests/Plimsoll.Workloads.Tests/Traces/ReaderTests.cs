using System.Text;
using Plimsoll.Core;
using Plimsoll.Workloads.Traces;

namespace Plimsoll.Workloads.Tests.Traces;

public sealed class ReaderTests
{
    private const string Azure = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";

    [Fact]
    public void Azure_2023_has_seven_digits_CRLF_and_no_last_line_end()
    {
        Read read = Read.Text(Azure + "2024-02-28 23:59:59.6805900,374,44\r\n2024-02-29 00:00:01.0000001,396,109");
        read.IsClean();
        Assert.Equal("azure", read.Source!.Format.Name);
        Assert.Equal([(0, 374, 44), (1.3194101, 396, 109)], read.Rows);
        Assert.False(read.Source.Notes.LengthsOnly);
    }

    [Fact]
    public void Azure_2024_has_a_zone()
    {
        Read read = Read.Text(
            Azure + "2024-05-10 00:00:00.009930+00:00,1,2\n2024-05-10T02:00:01+02:00,3,4\n2024-05-10 00:00:02Z,5,6\n");
        read.IsClean();
        Assert.Equal([(0, 1, 2), (0.99007, 3, 4), (1.99007, 5, 6)], read.Rows);
    }

    [Fact]
    public void Azure_columns_with_XXX_are_lengths_only()
    {
        Read read = Read.Text(Azure + "XXX,107,15\nXXX,396,513\n2023-11-16 18:15:46.68,1,1\n");
        Assert.True(read.Source!.Notes.LengthsOnly);
        Assert.Equal([(0, 107, 15), (0, 396, 513)], read.Rows);
        Assert.Equal(
            "made-up:4: TIMESTAMP: '2023-11-16 18:15:46.68' is a time in a trace without times",
            Assert.Single(read.Problems.Kept).ToString());
    }

    [Theory]
    [InlineData("2023-11-16 18:15:47,1,1\n2023-11-16 18:15:46,2,2", 3, "", "time goes backwards: -1 s after 0 s")]
    [InlineData("2023-13-16 18:15:47,1,1", 2, "TIMESTAMP", "'2023-13-16 18:15:47' is not a date and time")]
    [InlineData("2023-02-29 18:15:47,1,1", 2, "TIMESTAMP", "'2023-02-29 18:15:47' is not a date and time")]
    [InlineData("2023-02-28 18:15:47.,1,1", 2, "TIMESTAMP", "'2023-02-28 18:15:47.' is not a date and time")]
    [InlineData("12,1,1", 2, "TIMESTAMP", "'12' is not a date and time")]
    [InlineData(",1,1", 2, "TIMESTAMP", "is missing")]
    [InlineData("2023-11-16 18:15:47,0,1", 2, "ContextTokens", "'0' is below 1")]
    [InlineData("2023-11-16 18:15:47,-5,1", 2, "ContextTokens", "'-5' is below 1")]
    [InlineData("2023-11-16 18:15:47,1.5,1", 2, "ContextTokens", "'1.5' is not a whole number")]
    [InlineData("2023-11-16 18:15:47,NaN,1", 2, "ContextTokens", "'NaN' is not a whole number")]
    [InlineData("2023-11-16 18:15:47,1,99999999999999999999999", 2, "GeneratedTokens", "'99999999999999999999999' is above 1000000000")]
    [InlineData("2023-11-16 18:15:47,1", 2, "GeneratedTokens", "is missing")]
    [InlineData("2023-11-16 18:15:47,1,", 2, "GeneratedTokens", "is missing")]
    [InlineData("\0\u0001\u0002,1,1", 2, "TIMESTAMP", "is not text")]
    public void Bad_rows_are_named_by_line_and_field(string rows, long line, string field, string reason)
    {
        Read read = Read.Text(Azure + rows);
        Assert.Equal(new TraceProblem("made-up", line, field, reason), Assert.Single(read.Problems.Kept));
        Assert.Equal(1, read.Problems.BadRows);
        Assert.True(read.Problems.MustFail(skipBadRows: false));
        Assert.False(read.Problems.MustFail(skipBadRows: true));
        Assert.Equal(1, read.Source!.Notes.BadRows);
    }

    [Fact]
    public void Every_bad_row_is_counted_and_the_good_ones_are_read()
    {
        StringBuilder rows = new(Azure);
        for (int i = 0; i < 300; i++)
        {
            rows.Append("2023-11-16 18:15:47,").Append(i % 2 == 0 ? "7" : "seven").Append(",1\n");
        }

        Read read = Read.Text(rows.ToString());
        Assert.Equal(150, read.Requests.Count);
        Assert.Equal(150, read.Problems.BadRows);
        Assert.Equal(TraceProblems.Capacity, read.Problems.Kept.Count);
        Assert.Equal(201, read.Problems.Kept[^1].Line);
    }

    [Fact]
    public void BurstGPT_counts_failed_requests_and_reads_both_sets_of_columns()
    {
        Read old = Read.Text(
            "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n"
            + "45.5,GPT-4,1087,0,1087,API log\n118,\"GPT, 4\",417,276,693,API log\n");
        old.IsClean();
        Assert.Equal("burstgpt", old.Source!.Format.Name);
        Assert.Equal([(5, 472, 18), (118, 417, 276)], old.Rows);
        Assert.Equal(1, old.Source.Notes.FailedRows);
        Assert.Equal(["ChatGPT", "GPT, 4"], old.Requests.Select(request => request.Details?.Model));
        Read recent = Read.Text(
            "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
            + "5,31,2.5,GPT-4,472,18.0,490,API log\n");
        recent.IsClean();
        Assert.Equal([(5, 472, 18)], recent.Rows);
        Assert.Equal("31", recent.Requests[0].Details?.Session);
    }

    [Fact]
    public void Mooncake_has_milliseconds_and_a_hash_for_each_512_tokens()
    {
        Read read = Read.Text(
            """
            {"timestamp": 0, "input_length": 513, "output_length": 500, "hash_ids": [0, 18446744073709551615]}
            {"timestamp": 27.5, "input_length": 10, "output_length": 1, "hash_ids": [7], "extra": {"a": [1, 2]}}

            """);
        read.IsClean();
        Assert.Equal("mooncake", read.Source!.Format.Name);
        Assert.Equal([(0, 513, 500), (0.0275, 10, 1)], read.Rows);
        Assert.Equal([0, ulong.MaxValue], read.Requests[0].Details!.PrefixHashes);
        Assert.Equal(512, read.Requests[0].Details!.BlockTokens);
        Assert.Empty(read.Source.Notes.Remarks);
    }

    [Theory]
    [InlineData("""{"timestamp": -1, "input_length": 1, "output_length": 1}""", "timestamp", "'-1' is negative")]
    [InlineData("""{"timestamp": 1e300, "input_length": 1, "output_length": 1}""", "timestamp", "'1e300' is beyond 292 years")]
    [InlineData("""{"timestamp": "NaN", "input_length": 1, "output_length": 1}""", "timestamp", "'NaN' is not a number")]
    [InlineData("""{"timestamp": null, "input_length": 1, "output_length": 1}""", "timestamp", "is missing")]
    [InlineData("""{"timestamp": 0, "input_length": [1], "output_length": 1}""", "input_length", "'{}' is not a whole number")]
    [InlineData("""{"timestamp": 0, "input_length": 1}""", "output_length", "is missing")]
    [InlineData(
        """{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": [-1]}""",
        "hash_ids",
        "holds something that is not a whole number from 0")]
    [InlineData("""{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": 5}""", "hash_ids", "is not a list")]
    [InlineData("""{"timestamp": 0, "input_length": 1, "output_length": 1""", "", "the line is not valid JSON")]
    [InlineData("""{"timestamp": 0, "input_length": 1, "output_length": 1} {}""", "", "the line is not valid JSON")]
    [InlineData("[1]", "", "the line is not a JSON object")]
    public void Bad_JSON_lines_are_named_by_line_and_field(string line, string field, string reason)
    {
        Read read = Read.Text("""{"timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": []}""" + "\n" + line);
        Assert.Equal(new TraceProblem("made-up", 2, field, reason), Assert.Single(read.Problems.Kept));
        Assert.Single(read.Requests);
    }

    [Fact]
    public void Requests_that_share_a_bucket_can_be_spread_over_it()
    {
        string Row(int time) => $$"""{"timestamp": {{time}}, "input_length": 1, "output_length": 1}""" + "\n";
        string text = Row(0) + Row(0) + Row(0) + Row(3000) + Row(3000) + Row(4000) + Row(4000);
        Read read = Read.Text(text, new TraceOptions { SpreadBuckets = true });
        Assert.Equal([0, 1, 2, 3, 3.5, 4, 5.5], read.Rows.Select(row => row.Seconds));
    }

    [Fact]
    public void Bailian_has_seconds_and_a_hash_for_each_16_tokens()
    {
        Read read = Read.Text(
            """{"chat_id": 4, "parent_chat_id": -1, "timestamp": 1.25, "input_length": 20, "output_length": 5, "hash_ids": [3, 4]}""");
        read.IsClean();
        Assert.Equal("bailian", read.Source!.Format.Name);
        Assert.Equal([(1.25, 20, 5)], read.Rows);
        Assert.Equal(("4", 16), (read.Requests[0].Details!.ExternalId, read.Requests[0].Details!.BlockTokens));
    }

    [Fact]
    public void Vidur_works_with_and_without_times()
    {
        Read timed = Read.Text("arrived_at,num_prefill_tokens,num_decode_tokens\n0.1,10,20\n1e-1,5,6\n");
        timed.IsClean();
        Assert.Equal([(0.1, 10, 20), (0.1, 5, 6)], timed.Rows);
        Read lengths = Read.Text("num_prefill_tokens,num_decode_tokens,num_total_tokens,pd_ratio\n3772,54,3826,69.85\n");
        lengths.IsClean();
        Assert.Equal([(0, 3772, 54)], lengths.Rows);
        Assert.True(lengths.Source!.Notes.LengthsOnly && !timed.Source!.Notes.LengthsOnly);
    }

    [Fact]
    public void Splitwise_takes_only_inference_rows()
    {
        Read read = Read.Text(
            "request_id,request_type,application_id,arrival_timestamp,batch_size,prompt_size,token_size\n"
            + "0,2,0,1,1,4096,32\n1,1,0,2,1,8,8\n2,2,0,4.5,1,2048,16\n");
        Assert.Equal("splitwise", read.Source!.Format.Name);
        Assert.Equal([(1, 4096, 32), (4.5, 2048, 16)], read.Rows);
        Assert.Equal("made-up:3: request_type: '1' is not 2, LLM inference", Assert.Single(read.Problems.Kept).ToString());
    }

    [Fact]
    public void Apex_is_sorted_by_time()
    {
        Read read = Read.Text(
            """
            {"ContextTokens": 3, "GeneratedTokens": 4, "StartTimeOffset": 2000000001, "RequestID": "b", "TotalTokens": 7}
            {"ContextTokens": 1, "GeneratedTokens": 2, "StartTimeOffset": 1000000000, "RequestID": "a", "TotalTokens": 3}
            {"ContextTokens": 5, "GeneratedTokens": 6, "StartTimeOffset": 2000000001, "RequestID": "c", "TotalTokens": 11}
            """);
        read.IsClean();
        Assert.Equal([(1, 1, 2), (2.000000001, 3, 4), (2.000000001, 5, 6)], read.Rows);
        Assert.Equal(["a", "b", "c"], read.Requests.Select(request => request.Details!.ExternalId));
    }

    [Fact]
    public void LLMServingSim_reads_flat_requests_sessions_and_token_ids()
    {
        Read read = Read.Text(
            """
            {"input_toks": 17, "output_toks": 9, "arrival_time_ns": 500, "input_tok_ids": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}
            {"arrival_time_ns": 100, "sub_requests": [{"output_toks": 1, "input_toks":10, "tool_duration_ns": 1000}, NEXT],"session_id":"s"}
            {"input_toks": 16, "output_toks": 9, "arrival_time_ns": 2000, "input_tok_ids": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}
            """.Replace("NEXT", """{"input_toks": 20, "output_toks": 2}""", StringComparison.Ordinal));
        read.IsClean();
        Assert.Equal(
            [(100L, 10, 1), (500, 17, 9), (1100, 20, 2), (2000, 16, 9)],
            read.Requests.Select(request => (request.Arrival.Nanoseconds, request.PromptTokens, request.OutputTokens)));
        Assert.Equal(["s", "s"], read.Requests.Select(request => request.Details!.Session).OfType<string>());
        Assert.Equal(read.Requests[1].Details!.PrefixHashes[0], read.Requests[3].Details!.PrefixHashes[0]);
        Assert.Equal(2, read.Requests[1].Details!.PrefixHashes.Count);
        Assert.Single(read.Source!.Notes.Remarks);
    }

    [Fact]
    public void LLMServingSim_logs_count_from_their_first_arrival()
    {
        Read read = Read.Text(
            """
            {"request_id": "b", "input_toks": 5, "output_toks": 6, "arrival_time": 1777142839.5, "queued_ts": 1.0}
            {"request_id": "a", "input_toks": 3, "output_toks": 4, "arrival_time": 1777142838.338653, "queued_ts": 1.0}
            """);
        read.IsClean();
        Assert.Equal([(0, 3, 4), (1.161347, 5, 6)], read.Rows);
    }

    [Fact]
    public void Coding_sessions_are_merged_and_their_prefixes_can_be_assumed()
    {
        string Row(string session, double time, int prompt, int output) =>
            $$"""{"session_id": "{{session}}", "request_arrival_delta_s": {{time}}, "input_tokens": {{prompt}}"""
            + $$""", "output_tokens": {{output}}, "model_id": "m", "block_size_tokens": 64}""" + "\n";
        string text = Row("x", 0.5, 128, 64) + Row("x", 9, 256, 10) + Row("x", 10, 100, 10) + Row("y", 1, 128, 64);
        Read read = Read.Text(text);
        read.IsClean();
        Assert.Equal([(0.5, 128, 64), (1, 128, 64), (9, 256, 10), (10, 100, 10)], read.Rows);
        Assert.All(read.Requests, request => Assert.Empty(request.Details!.PrefixHashes));
        List<InferenceRequest> assumed = Read.Text(text, new TraceOptions { AssumeGrowingPrefixes = true }).Requests;
        Assert.Equal(3, assumed[0].Details!.PrefixHashArray.AsSpan().CommonPrefixLength(assumed[2].Details!.PrefixHashArray));
        Assert.Equal(0, assumed[0].Details!.PrefixHashArray.AsSpan().CommonPrefixLength(assumed[1].Details!.PrefixHashArray));
        Assert.Equal(0, assumed[2].Details!.PrefixHashArray.AsSpan().CommonPrefixLength(assumed[3].Details!.PrefixHashArray));
    }

    [Fact]
    public void ShareGPT_estimates_tokens_from_bytes_and_pairs_answers()
    {
        Read read = Read.Text(
            """
            [{"id": "c\u0031", "conversations": [{"from": "human", "value": "12345"}, {"from": "gpt", "value": "caf\u00e9"},
              {"from": "human", "value": "unanswered"}, {"from": "human", "value": "1"}, {"from": "gpt", "value": ""}]},
             {"id": "c2", "conversations": [{"from": "system", "value": "x"}, {"from": "gpt", "value": "y"},
              {"value": "1234", "from": "user"}, {"value": "123456789", "from": "assistant"}], "model": "m"}]
            """);
        read.IsClean();
        Assert.Equal([(0, 2, 2), (0, 1, 3)], read.Rows);
        Assert.Equal(["c1", "c2"], read.Requests.Select(request => request.Details!.Session));
        Assert.Equal(1, read.Source!.Notes.FailedRows);
        Assert.True(read.Source.Notes.LengthsOnly);
        Read broken = Read.Text("""[{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]},""" + "\n{]");
        Assert.Single(broken.Requests);
        TraceProblem problem = Assert.Single(broken.Problems.Kept);
        Assert.Equal((2L, 1L), (problem.Line, broken.Problems.BadFiles));
    }

    [Fact]
    public void Own_format_holds_every_field()
    {
        Read read = Read.Text(
            "arrival_seconds,prompt_tokens,output_tokens,max_output_tokens,request_id,session_id,client,model,adapter,priority,"
            + "deadline_seconds,lower,upper,prefix_hashes,block_tokens,cancelled_after_tokens\n"
            + "0.000000001,10,20,64,\"a \"\"b\"\", c\",s,c,m,l,-3,2.5,5,30,0xff;7 9,16,0\n1,1,1,,,,,,,,,,,,,\n");
        read.IsClean();
        Assert.Equal([(1e-9, 10, 20), (1, 1, 1)], read.Rows);
        RequestDetails details = read.Requests[0].Details!;
        Assert.Equal(
            ("a \"b\", c", "s", "c", "m", "l"), (details.ExternalId, details.Session, details.Client, details.Model, details.Adapter));
        Assert.Equal(
            (-3, Duration.FromSeconds(2.5), 5, 30), (details.Priority, details.Deadline, details.OutputLower, details.OutputUpper));
        Assert.Equal([255, 7, 9], details.PrefixHashes);
        Assert.Equal((16, 0, 64), (details.BlockTokens, details.CancelledAfterTokens, details.MaxOutputTokens));
        Assert.Null(read.Requests[1].Details);
    }

    [Theory]
    [InlineData("lower,upper", "9,3", "upper", "'3' is below 9")]
    [InlineData("prefix_hashes", "1;2", "block_tokens", "is missing, though there are prefix hashes")]
    [InlineData(
        "prefix_hashes,block_tokens", "1;z,16", "prefix_hashes",
        "'z' is not an unsigned number of 64 bits (decimal, or hexadecimal after 0x)")]
    [InlineData("prefix_hashes,block_tokens", "1,0", "block_tokens", "'0' is below 1")]
    [InlineData("priority", "high", "priority", "'high' is not a whole number of 32 bits")]
    [InlineData("deadline_seconds", "-1", "deadline_seconds", "'-1' is negative")]
    [InlineData("cancelled_after_tokens", "-1", "cancelled_after_tokens", "'-1' is negative")]
    [InlineData("max_output_tokens", "0", "max_output_tokens", "'0' is below 1")]
    public void Own_format_checks_its_optional_fields(string columns, string values, string field, string reason)
    {
        Read read = Read.Text("arrival_seconds,prompt_tokens,output_tokens," + columns + "\n0,1,1," + values);
        Assert.Equal(new TraceProblem("made-up", 2, field, reason), Assert.Single(read.Problems.Kept));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData(" \r\n\n", "the file is empty")]
    [InlineData("hello\nworld\n", "no known trace format is recognised")]
    [InlineData("\0\0\0\0", "this is binary data")]
    [InlineData("arrival_seconds,prompt_tokens,output_tokens\n", "there are no requests in the file")]
    public void Files_without_a_trace_are_refused(string content, string reason)
    {
        Read read = Read.Text(content);
        Assert.Empty(read.Requests);
        Assert.Contains(reason, Assert.Single(read.Problems.Kept).Reason, StringComparison.Ordinal);
        Assert.True(read.Problems.MustFail(skipBadRows: true));
    }

    [Fact]
    public void A_format_can_be_named_and_its_columns_must_be_there()
    {
        Read read = Read.Text("arrived_at,num_prefill_tokens\n0,1\n", new TraceOptions { Format = "vidur" });
        Assert.Equal("made-up:1: num_decode_tokens: the header has no such column", Assert.Single(read.Problems.Kept).ToString());
        Assert.Empty(read.Requests);
        string reason = Read.Text("x", new TraceOptions { Format = "nope" }).Problems.Kept[0].Reason;
        Assert.Contains("known are plimsoll, azure", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_is_recognised_by_content_and_damage_is_reported_after_the_good_rows()
    {
        StringBuilder rows = new(Azure);
        for (int i = 0; i < 20_000; i++)
        {
            rows.Append("2023-11-16 18:15:47.").Append(i).Append(',').Append((i * 7919 % 1000) + 1).Append(",1\n");
        }

        byte[] packed = Read.Gzip(Encoding.UTF8.GetBytes(rows.ToString()));
        Read whole = Read.Bytes(packed);
        Assert.Equal(20_000, whole.Requests.Count + whole.Problems.BadRows);
        Read cut = Read.Bytes(packed[..(packed.Length / 2)]);
        Assert.InRange(cut.Requests.Count, 1, whole.Requests.Count - 1);
        Assert.Equal(1, cut.Problems.BadFiles);
        byte[] bent = [.. packed];
        bent[packed.Length / 2] ^= 0x55;
        Assert.True(Read.Bytes(bent).Problems.BadFiles == 1);
    }

    [Fact]
    public void Lines_beyond_the_limit_are_skipped()
    {
        string text = Azure + "2023-11-16 18:15:47,1,1\n" + new string('9', (1 << 20) + 1) + "\n2023-11-16 18:15:48,"
            + new string('0', 1000) + "2,2\n"
            + new string('x', 3 << 20);
        Read read = Read.Text(text);
        Assert.Equal([(0, 1, 1), (1, 2, 2)], read.Rows);
        Assert.Equal([3L, 5L], read.Problems.Kept.Select(problem => problem.Line));
        Assert.All(read.Problems.Kept, problem => Assert.Equal("the line is longer than 1048576 bytes", problem.Reason));
    }

    [Fact]
    public void A_byte_order_mark_and_blank_lines_do_no_harm()
    {
        Read read = Read.Text("\uFEFFarrived_at,num_prefill_tokens,num_decode_tokens\n\n0,1,1\n   \n1,2,2\n\n");
        read.IsClean();
        Assert.Equal(2, read.Requests.Count);
    }

    [Fact]
    public void Streams_may_give_one_byte_at_a_time()
    {
        string text = Azure + "2023-11-16 18:15:47,1,1\r\n2023-11-16 18:15:48,2,2";
        Read read = Read.From(new Trickle(Encoding.UTF8.GetBytes(text)));
        read.IsClean();
        Assert.Equal([(0, 1, 1), (1, 2, 2)], read.Rows);
    }

    private sealed class Trickle(byte[] content) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer.Length > 1 ? buffer[..1] : buffer);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));
    }
}
