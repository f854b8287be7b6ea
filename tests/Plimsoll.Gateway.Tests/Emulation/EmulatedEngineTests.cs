using Plimsoll.Core;
using Plimsoll.Gateway.Emulation;
using Plimsoll.Testing;

namespace Plimsoll.Gateway.Tests.Emulation;

/// <summary>The engine on a wall clock that the test turns.</summary>
public sealed class EmulatedEngineTests
{
    private readonly ManualTime _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1.0, 10)]
    [InlineData(4.0, 2.5)]
    public async Task A_token_comes_when_its_step_ends_and_not_before(double speed, double stepMilliseconds)
    {
        await using var engine = new EmulatedEngine(Emulators.Options() with { Speed = speed }, _time);
        EmulatedCall call = Emulators.Call((100, 3));
        engine.Submit(call);
        Assert.Equal(EmulatedEventKind.Accepted, (await call.Events.ReadAsync(Stop)).Kind);
        for (int token = 1; token <= 3; token++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(stepMilliseconds) - TimeSpan.FromTicks(1));
            await engine.MetricsAsync();
            Assert.False(call.Events.TryRead(out _));

            _time.Advance(TimeSpan.FromTicks(1));
            await engine.MetricsAsync();
            Assert.True(call.Events.TryRead(out EmulatedEvent told));
            Assert.Equal((token, Instant.FromSeconds(0.010 * token)), (told.Tokens, told.At));
        }

        await call.Events.Completion;
    }

    [Fact]
    public async Task It_wakes_by_itself_when_a_step_ends()
    {
        await using var engine = new EmulatedEngine(Emulators.Options(), _time);
        EmulatedCall call = Emulators.Call((100, 2));
        engine.Submit(call);
        await engine.MetricsAsync();
        List<int> tokens = [];
        Task reading = Task.Run(
            async () =>
            {
                await foreach (EmulatedEvent told in call.Events.ReadAllAsync(Stop))
                {
                    tokens.Add(told.Tokens);
                }
            },
            Stop);
        while (!reading.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await reading;
        Assert.Equal([0, 1, 2], tokens);
    }

    [Fact]
    public async Task While_it_hangs_time_stands_still_and_then_goes_on()
    {
        await using var engine = new EmulatedEngine(Emulators.Options(), _time);
        EmulatedCall call = Emulators.Call((100, 2));
        engine.Submit(call);
        await engine.SetFaultsAsync(new EmulatorFaults { Hangs = true });
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("vllm:num_requests_running{engine=\"0\",model_name=\"little\"} 1\n", await engine.MetricsAsync(), StringComparison.Ordinal);
        Assert.Equal(EmulatedEventKind.Accepted, (await call.Events.ReadAsync(Stop)).Kind);
        Assert.False(call.Events.TryRead(out _));

        await engine.SetFaultsAsync(new EmulatorFaults { Slowdown = 2 });
        _time.Advance(TimeSpan.FromMilliseconds(20));
        await engine.MetricsAsync();

        Assert.True(call.Events.TryRead(out EmulatedEvent told));
        Assert.Equal((1, Instant.FromSeconds(0.010)), (told.Tokens, told.At));
    }

    [Fact]
    public async Task A_crash_loses_what_is_inside_and_what_was_counted()
    {
        await using var engine = new EmulatedEngine(Emulators.Options(), _time);
        EmulatedCall call = Emulators.Call((100, 200));
        engine.Submit(call);
        await engine.MetricsAsync();
        _time.Advance(TimeSpan.FromMilliseconds(10));
        await engine.MetricsAsync();
        await engine.SetFaultsAsync(new EmulatorFaults { Crashed = true });
        List<EmulatedEventKind> kinds = [];
        await foreach (EmulatedEvent told in call.Events.ReadAllAsync(Stop))
        {
            kinds.Add(told.Kind);
        }

        Assert.Equal([EmulatedEventKind.Accepted, EmulatedEventKind.Tokens, EmulatedEventKind.Lost], kinds);
        Assert.Contains("vllm:generation_tokens_total{engine=\"0\",model_name=\"little\"} 0\n", await engine.MetricsAsync(), StringComparison.Ordinal);
    }
}
