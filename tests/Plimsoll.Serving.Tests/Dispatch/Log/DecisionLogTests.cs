using System.Buffers;
using System.Text;
using Plimsoll.Core;
using Plimsoll.Serving.Dispatch;
using Plimsoll.Serving.Dispatch.Log;
using Plimsoll.Testing;

namespace Plimsoll.Serving.Tests.Dispatch.Log;

/// <summary>What is written down of a dispatcher is enough to decide the same again.</summary>
public sealed class DecisionLogTests
{
    private static readonly DecisionLogHead Head = new("m", "r", 1, 0, 0);

    [Fact]
    public void A_log_that_begins_anywhere_gives_the_same_decisions()
    {
        for (ulong seed = 1; seed <= TwinCases.Count(150); seed++)
        {
            var life = new DispatcherLife(seed);
            life.Live((int)life.Below(300));
            using var writer = new DecisionWriter();
            var bytes = new ArrayBufferWriter<byte>();
            long after = life.Events;
            writer.Append(bytes, Head with { After = after }, life.Dispatcher.Saved());
            List<DecisionEvent> lived = life.Live(300);
            foreach (DecisionEvent each in lived)
            {
                writer.Append(bytes, each);
            }

            (DecisionReader reader, List<DecisionEvent> read) = Read(bytes.WrittenMemory);
            var replay = new DecisionReplay(reader.Head!, reader.State!);
            foreach (DecisionEvent each in read)
            {
                DecisionDifference? difference = replay.Feed(each);
                Assert.True(difference is null, $"seed {seed}, event {each.Number}: {difference}");
            }

            Assert.Equal((lived.Count, after + 300), (read.Count, replay.LastEvent));
            Assert.True(
                writer.BytesOf(life.Dispatcher.Saved()).AsSpan().SequenceEqual(writer.BytesOf(replay.State)), $"seed {seed}: another state at the end");
        }
    }

    [Fact]
    public void The_first_difference_is_named()
    {
        var life = new DispatcherLife(7);
        DispatcherState state = life.Dispatcher.Saved();
        List<DecisionEvent> lived = life.Live(200);
        int at = lived.FindIndex(each => each.Effects.Length > 0 && each.Effects[0].Kind == DispatchEffectKind.Send);
        lived[at].Effects[0].Replica++;
        var replay = new DecisionReplay(Head, state);

        Assert.All(lived[..at], each => Assert.Null(replay.Feed(each)));
        DecisionDifference difference = replay.Feed(lived[at])!;

        Assert.Contains("\"n\":" + lived[at].Number, difference.Input, StringComparison.Ordinal);
        Assert.NotEqual(difference.Expected, difference.Got);
        Assert.Contains("to replica", difference.Got, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_is_missing_or_impossible_is_an_error()
    {
        var life = new DispatcherLife(3);
        DispatcherState state = life.Dispatcher.Saved();
        List<DecisionEvent> lived = life.Live(3);

        Assert.Throws<FormatException>(() => new DecisionReplay(Head, state).Feed(lived[1]));
        Assert.Throws<FormatException>(() => new DecisionReplay(Head, state).Feed(new DecisionEvent(
            1, new DispatchInput { Kind = DispatchInputKind.Ended, Now = Instant.Zero, Replica = 0, ChargedTokens = 5 }, [])));
    }

    [Fact]
    public void A_log_of_the_version_before_is_refused_by_name()
    {
        string head = """{"plimsoll":"decisions","version":1,"pool":"m","run":"r","part":1,"after":0,"lost":0}""";

        FormatException refusal = Assert.Throws<FormatException>(() => new DecisionReader().Read(Encoding.UTF8.GetBytes(head)));

        Assert.Equal("this is version 1 of the format; only 2 is known", refusal.Message);
    }

    [Fact]
    public void Any_changed_byte_is_noticed()
    {
        var line = new ArrayBufferWriter<byte>();
        DecisionLine.Append(line, Encoding.UTF8.GetBytes("""{"n":1,"at":22,"in":"time_passed"}"""));
        byte[] written = line.WrittenSpan[..^1].ToArray();
        Assert.True(DecisionLine.TryRead(written, out _));
        for (int i = 0; i < written.Length; i++)
        {
            byte[] changed = [.. written];
            changed[i] ^= 1;
            Assert.False(DecisionLine.TryRead(changed, out _), $"byte {i}");
            Assert.False(DecisionLine.TryRead(written.AsMemory(0, i), out _), $"cut at {i}");
        }
    }

    [Fact]
    public void Whatever_stands_in_a_line_is_read_or_refused()
    {
        var life = new DispatcherLife(11);
        using var writer = new DecisionWriter();
        var bytes = new ArrayBufferWriter<byte>();
        writer.Append(bytes, Head, life.Dispatcher.Saved());
        life.Live(50).ForEach(each => writer.Append(bytes, each));
        string[] objects = [.. Encoding.UTF8.GetString(bytes.WrittenSpan).Split('\n')[..^1].Select(line => line[9..])];
        for (ulong seed = 1; seed <= 500; seed++)
        {
            RandomStream random = new(seed);
            var reader = new DecisionReader();
            try
            {
                foreach (string text in objects)
                {
                    byte[] json = Encoding.UTF8.GetBytes(text);
                    json[random.NextBelow(json.Length)] = (byte)(32 + random.NextBelow(95));
                    reader.Read(random.NextBelow(8) == 0 ? json : Encoding.UTF8.GetBytes(text));
                }
            }
            catch (FormatException)
            {
                // Refused, in the way in which a broken file is refused.
            }
        }
    }

    private static (DecisionReader Reader, List<DecisionEvent> Events) Read(ReadOnlyMemory<byte> log)
    {
        var reader = new DecisionReader();
        List<DecisionEvent> events = [];
        while (!log.IsEmpty)
        {
            int end = log.Span.IndexOf((byte)'\n');
            Assert.True(DecisionLine.TryRead(log[..end], out ReadOnlyMemory<byte> json));
            if (reader.Read(json) is { } each)
            {
                events.Add(each);
            }

            log = log[(end + 1)..];
        }

        return (reader, events);
    }
}
