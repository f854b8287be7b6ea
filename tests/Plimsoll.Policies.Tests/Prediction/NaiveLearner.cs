using Plimsoll.Core;

namespace Plimsoll.Policies.Tests.Prediction;

/// <summary>The learning predictor without any cleverness: it keeps everything and sorts at each question.</summary>
internal sealed class NaiveLearner(decimal coverage, int clientWindows)
{
    private const int Remembered = 199;
    private readonly List<(string Group, int Output)> _finished = [];
    private readonly List<string> _clientGroups = []; // the least recently used first

    public void Learn(InferenceRequest request, int output)
    {
        _finished.Add(("all", output));
        _finished.Add((PromptGroup(request), output));
        foreach (string group in ClientGroups(request).Reverse())
        {
            if (!_clientGroups.Remove(group) && _clientGroups.Count == clientWindows)
            {
                _finished.RemoveAll(entry => entry.Group == _clientGroups[0]);
                _clientGroups.RemoveAt(0);
            }

            _clientGroups.Add(group);
            _finished.Add((group, output));
        }
    }

    public LengthPrediction Predict(InferenceRequest request)
    {
        foreach (string group in ClientGroups(request).Append(PromptGroup(request)).Append("all"))
        {
            int[] lengths = [.. _finished.Where(entry => entry.Group == group).Select(entry => entry.Output).TakeLast(Remembered).Order()];
            int n = lengths.Length;
            int k = (int)Math.Floor((n + 1) * (1 - coverage) / 2);
            if (n >= 20 && k >= 1)
            {
                return Capped(request, new LengthPrediction(lengths[n / 2], lengths[k - 1], lengths[n - k]));
            }
        }

        return Capped(request, new LengthPrediction(256, 1, 4096));
    }

    private static string[] ClientGroups(InferenceRequest request) => request.Details?.Client is { Length: > 0 } client
        ? [$"client {client}, {PromptGroup(request)}", $"client {client}"]
        : [];

    private static string PromptGroup(InferenceRequest request)
    {
        int bucket = 1;
        while (2L * bucket <= request.PromptTokens)
        {
            bucket *= 2;
        }

        return $"prompt {bucket}";
    }

    private static LengthPrediction Capped(InferenceRequest request, LengthPrediction believed)
    {
        int most = request.Details?.MaxOutputTokens ?? int.MaxValue;
        return new(Math.Min(most, believed.Point), Math.Min(most, believed.Lower), Math.Min(most, believed.Upper));
    }
}
