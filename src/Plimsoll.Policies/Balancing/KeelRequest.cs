using System.Runtime.Intrinsics;

namespace Plimsoll.Policies.Balancing;

/// <summary>A waiting request as the loads of the coming steps see it.</summary>
/// <param name="Tokens">Tokens of its prompt.</param>
/// <param name="OutputSteps">Steps until it ends; infinite if nothing is believed of it.</param>
/// <param name="Successor">Tokens that are counted for its slot from then on.</param>
internal readonly record struct KeelRequest(double Tokens, double OutputSteps, double Successor)
{
    /// <summary>As it waits.</summary>
    public static KeelRequest Of(in WaitingRequest request, double successor) => new(
        request.PromptTokens, request.PredictedOutputTokens == 0 ? double.PositiveInfinity : request.PredictedOutputTokens, successor);

    /// <summary>Its tokens at some steps.</summary>
    public Vector256<double> At(Vector256<double> steps) => Vector256.ConditionalSelect(
        Vector256.LessThan(steps, Vector256.Create(OutputSteps)), Vector256.Create(Tokens), Vector256.Create(Successor));
}
