namespace Plimsoll.Calibration.Profiles;

/// <summary>Dense layers must come from one table.</summary>
internal static class DenseTables
{
    /// <summary>Whether no other table gave them; if one did, that is a problem.</summary>
    public static bool IsFirst(string file, SourceReading reading)
    {
        if (reading.Operators.DenseFile is not string first)
        {
            return true;
        }

        reading.Problem(file, 0, "", $"times the dense layers again, which {first} times already: give the files of one model, type and tensor-parallel degree");
        return false;
    }
}
