using Plimsoll.Calibration.Fitting;
using Plimsoll.Performance.Models;

namespace Plimsoll.Calibration.Profiles;

/// <summary>
/// Operators of one model on one GPU, gathered from any number of tables, and added up to whole steps:
/// <c>T = G(tokens) + H(rows) + layers · (attention + experts(tokens)) + collectives(tokens)</c> (vllm-v1-engine, section 12.1).
/// Every batch whose attention was timed gives one step.
/// </summary>
internal sealed class OperatorTables
{
    private readonly List<(OperatorCurve Curve, double Times)> _dense = [];
    private readonly List<OperatorCurve> _perSequence = [];
    private readonly List<AttentionPoint> _attention = [];
    private Func<double, double>? _experts;
    private Func<double, double>? _allReduce;

    public bool Any => _dense.Count + _perSequence.Count + _attention.Count > 0 || _experts is not null || _allReduce is not null;

    /// <summary>File that gave the dense operators; two would count everything twice.</summary>
    public string? DenseFile { get; private set; }

    public bool HasHead => _perSequence.Count > 0;

    public void AddDense(string file, IEnumerable<(OperatorCurve Curve, double Times)> operators)
    {
        DenseFile = file;
        _dense.AddRange(operators);
    }

    public void AddPerSequence(OperatorCurve curve) => _perSequence.Add(curve);

    public void AddAttention(in AttentionPoint point) => _attention.Add(point);

    /// <summary>Seconds of the experts of one layer by tokens.</summary>
    public void SetExperts(Func<double, double> layerSeconds) => _experts = layerSeconds;

    /// <summary>Seconds of one all-reduce by tokens.</summary>
    public void SetAllReduce(Func<double, double> seconds) => _allReduce = seconds;

    /// <summary>Everything but attention, for a step of so many tokens and output rows.</summary>
    public double SecondsWithoutAttention(double tokens, double rows, ModelArchitecture model)
    {
        double seconds = 0;
        foreach ((OperatorCurve curve, double times) in _dense)
        {
            seconds += times * curve.At(tokens);
        }

        foreach (OperatorCurve curve in _perSequence)
        {
            seconds += curve.At(rows);
        }

        seconds += _experts is null ? 0 : model.Experts!.Layers * _experts(tokens);
        return seconds + (_allReduce is null ? 0 : 2 * model.Layers * _allReduce(tokens));
    }

    /// <summary>Adds a step to the reading for each batch timed, or says what is missing.</summary>
    public void Compose(CalibrationTarget target, SourceReading reading)
    {
        if (target.Model is null)
        {
            reading.Problem("--model", 0, "", "operator tables are added up to the steps of a model: name it");
            return;
        }

        ModelArchitecture model = target.Model.Architecture;
        if (_dense.Count == 0)
        {
            reading.Problem("--from", 0, "", "no table times the dense layers (gemm_perf, dense, mlp or layers): a step cannot be added up");
        }

        if (_attention.Count == 0)
        {
            reading.Problem("--from", 0, "", "no table times attention with the heads of the model: a step cannot be added up");
        }

        if (model.Experts is not null && _experts is null)
        {
            reading.Problem("--from", 0, "", $"{target.Model.Id} has experts, and no table times them (moe or moe_perf)");
        }

        if (reading.Problems.Count > 0)
        {
            return;
        }

        Describe(target, reading);
        foreach (AttentionPoint point in _attention)
        {
            double tokens = point.PrefillTokens + point.DecodeSequences;
            double rows = point.PrefillSequences + point.DecodeSequences;
            double seconds = SecondsWithoutAttention(tokens, rows, model) + (model.AttentionLayers * point.LayerSeconds);
            reading.Add(StepObservation.OfStep(
                point.PrefillTokens,
                point.PrefillSequences,
                point.HistoryTokensEach,
                point.DecodeSequences,
                point.DecodeSequences * point.ContextTokensEach,
                seconds) with
            { File = point.File, Line = point.Line });
        }
    }

    private void Describe(CalibrationTarget target, SourceReading reading)
    {
        reading.Note("Steps are sums of operators timed alone: launches, sampling on the host and scheduling are not in them, so real steps take longer.");
        if (_perSequence.Count == 0)
        {
            reading.Note("The output head was in no table and is left out.");
        }

        if (target.TensorParallel > 1 && _allReduce is null)
        {
            reading.Note("All-reduces were in no table and are left out.");
        }
    }
}
