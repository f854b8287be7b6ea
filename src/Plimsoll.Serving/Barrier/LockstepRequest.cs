using Plimsoll.Core;

namespace Plimsoll.Serving.Barrier;

/// <summary>A request that waits for a worker, with all it came with.</summary>
/// <param name="Request">The request.</param>
/// <param name="Prediction">What is believed of its length.</param>
/// <param name="ChargedTokens">Tokens the dispatcher charged for it.</param>
internal readonly record struct LockstepRequest(InferenceRequest Request, LengthPrediction Prediction, int ChargedTokens);
