namespace Plimsoll.Calibration.Fitting;

/// <summary>A way to write a step time down, before it has numbers.</summary>
public interface IStepForm
{
    /// <summary>Name by which it is asked for.</summary>
    string Name { get; }

    /// <summary>What it says, as a formula or in words.</summary>
    string Formula { get; }

    /// <summary>Numbers it takes at most: simpler forms win when they predict as well.</summary>
    int Complexity { get; }

    /// <summary>True when it can learn from means over many steps.</summary>
    bool LearnsFromAverages { get; }

    /// <summary>Fits it to rows.</summary>
    FormFit Fit(IReadOnlyList<StepObservation> rows);
}
