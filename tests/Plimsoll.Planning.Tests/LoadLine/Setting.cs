using Plimsoll.Performance.StepTime;
using Plimsoll.Planning.LoadLine;
using Plimsoll.Workloads.Lengths;

namespace Plimsoll.Planning.Tests.LoadLine;

/// <summary>The published setting: uniform lengths, chunk 512, 131,000 KV tokens.</summary>
internal static class Setting
{
    public const double Chunk = 512;
    public const double KvTokens = 131_000;

    public static RequestMoments OneToOne { get; } = Uniform(1600, 1600);

    public static RequestMoments TwoToOne { get; } = Uniform(2133, 1066);

    public static RequestMoments OneToTwo { get; } = Uniform(1066, 2133);

    public static RequestMoments Uniform(int prompt, int output, double chunk = Chunk) =>
        LawMoments.Of(new UniformLength(10, prompt), new UniformLength(10, output), chunk);

    public static LoadLineEstimate Line(RequestMoments moments, double stepSeconds) => LoadLineEstimate.Of(moments, Replica(stepSeconds));

    public static ReplicaLimits Replica(double stepSeconds) =>
        new() { KvTokens = KvTokens, StepTime = new ConstantStepTime(stepSeconds) };
}
