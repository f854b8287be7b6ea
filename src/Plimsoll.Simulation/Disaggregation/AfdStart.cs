namespace Plimsoll.Simulation.Disaggregation;

/// <summary>In which state the slots begin.</summary>
public enum AfdStart
{
    /// <summary>As they are found in a random step long after the beginning.</summary>
    Stationary,

    /// <summary>Every slot begins a request of its own; the load grows until the first ones end.</summary>
    Empty,
}
