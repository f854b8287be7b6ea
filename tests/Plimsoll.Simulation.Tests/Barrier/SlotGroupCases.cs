using Plimsoll.Core;
using Plimsoll.Performance.StepTime;
using Plimsoll.Serving.Barrier;
using Plimsoll.Testing;

namespace Plimsoll.Simulation.Tests.Barrier;

/// <summary>Random barrier groups and traffic for them: the same dice, the same case.</summary>
internal static class SlotGroupCases
{
    public static SlotGroupConfiguration Group(ref RandomStream dice)
    {
        IStepTimeModel stepTime = dice.NextBelow(5) switch
        {
            0 => new ConstantStepTime(0.0123456789),
            1 => new AffineStepTime(0.004887, secondsPerContextToken: 1.00525e-7),
            2 => new AffineStepTime(0.001, 0, 3.3e-4, 7.77e-6),
            3 => new IterationStepTime(0.0446, 3.78e-4, 5.2e-4, 2.7e-6),
            _ => new KinkedStepTime(),
        };
        return new SlotGroupConfiguration(
            1 + (int)dice.NextBelow(5),
            1 + (int)dice.NextBelow(6),
            1 + (int)dice.NextBelow(20),
            stepTime,
            dice.NextBelow(2) == 0 ? BalancingOf.Catalogue("fcfs-fill") : BalancingOf.Whims);
    }

    /// <summary>From a backlog to arrivals so rare that the group empties; now and then an output longer than a completion wheel.</summary>
    public static InferenceRequest[] Traffic(ref RandomStream dice)
    {
        var requests = new InferenceRequest[1 + (int)dice.NextBelow(40)];
        long gap = dice.NextBelow(4) switch { 0 => 1, 1 => 1_000_000, 2 => 200_000_000, _ => 20_000_000_000 };
        long at = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            at += dice.NextBelow(3) == 0 ? 0 : dice.NextBelow(gap);
            int longest = dice.NextBelow(12) switch { 0 => 5_000, < 6 => 100, _ => 4 };
            requests[i] = new(new RequestId(i), new Instant(at), 1 + (int)dice.NextBelow(3_000), 1 + (int)dice.NextBelow(longest));
        }

        return requests;
    }

    /// <summary>A model whose line bends twice, so that leaps must stop where it does.</summary>
    private sealed class KinkedStepTime : IStepTimeModel
    {
        private const long First = 1_500;
        private const long Second = 4_000;

        public long StepPicoseconds(in BatchShape shape)
        {
            DecodeLine line = DecodeLineAt(shape.DecodeSequences, shape.DecodeContextTokens);
            return line.BasePicoseconds + (line.PicosecondsPerContextToken * shape.DecodeContextTokens);
        }

        public DecodeLine DecodeLineAt(int sequences, long contextTokens)
        {
            long start = 5_000_000_123 + (sequences * 77_777L);
            return contextTokens <= First ? new(start, 1_001, First)
                : contextTokens <= Second ? new(start - (First * 40_000), 41_001, Second)
                : new(start - (First * 40_000) + (Second * 30_000), 11_001, long.MaxValue);
        }
    }
}
