using System.Runtime.InteropServices;

namespace Plimsoll.Optimization.Native;

/// <summary>The calls of CLP's C interface (Clp_C_Interface.h, 1.17) that are used. Indices are 32 bits, as Debian builds it.</summary>
internal static unsafe partial class ClpCalls
{
    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_newModel")]
    public static partial nint NewModel();

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_deleteModel")]
    public static partial void DeleteModel(nint model);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_setLogLevel")]
    public static partial void SetLogLevel(nint model, int level);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_setMaximumSeconds")]
    public static partial void SetMaximumSeconds(nint model, double seconds);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_loadProblem")]
    public static partial void LoadProblem(
        nint model,
        int columns,
        int rows,
        int* starts,
        int* indices,
        double* values,
        double* columnLower,
        double* columnUpper,
        double* costs,
        double* rowLower,
        double* rowUpper);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "ClpSolve_new")]
    public static partial nint NewOptions();

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "ClpSolve_delete")]
    public static partial void DeleteOptions(nint options);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "ClpSolve_setSpecialOption")]
    public static partial void SetSpecialOption(nint options, int which, int value, int extra);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_initialSolveWithOptions")]
    public static partial int InitialSolve(nint model, nint options);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_status")]
    public static partial int Status(nint model);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_getColSolution")]
    public static partial double* ColumnValues(nint model);

    [LibraryImport(SolverLibraries.Clp, EntryPoint = "Clp_dualRowSolution")]
    public static partial double* RowDuals(nint model);
}
