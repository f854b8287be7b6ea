using System.Globalization;
using Plimsoll.Calibration.Physics;

namespace Plimsoll.Calibration.Profiles;

/// <summary>Counts the rows of a file that the hardware cannot have done, and decides whether to trust the others.</summary>
internal sealed class ImpossibleRows(string file, CalibrationTarget target, SourceReading reading)
{
    /// <summary>Share of the rows that could be judged above which a file is refused: its other rows are no better measured.</summary>
    public const double MostShare = 0.05;

    private const int Few = 3;

    private string _first = "";

    public int Judged { get; private set; }

    public int Impossible { get; private set; }

    /// <summary>Takes note of a row; true when it is not to be used.</summary>
    public bool Reject(int line, string? reason, bool judged = true)
    {
        Judged += judged ? 1 : 0;
        if (reason is null)
        {
            return false;
        }

        Impossible++;
        _first = _first.Length == 0 ? $"line {line}: {reason}" : _first;
        if (target.KeepImpossible)
        {
            return false;
        }

        reading.Add(new RejectedRow(file, line, "impossible", reason));
        return true;
    }

    /// <summary>Refuses the file when too many of its rows were impossible.</summary>
    public void Close()
    {
        if (Impossible >= Few && Impossible > MostShare * Judged && !target.KeepImpossible)
        {
            reading.Problem(file, 0, "", string.Create(
                CultureInfo.InvariantCulture,
                $"{Impossible} of {Judged} rows that can be judged are faster than the hardware ({_first}); --keep-impossible takes the file as it is"));
        }
        else if (Impossible > 0 && target.KeepImpossible)
        {
            reading.Note($"{file}: {Impossible} rows faster than the hardware were kept, as asked.");
        }
    }
}
