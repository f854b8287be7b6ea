using System.Runtime.InteropServices;

namespace Plimsoll.Optimization.Native;

/// <summary>The calls of CBC's C interface (Cbc_C_Interface.h, 2.10) that are used. Indices are 32 bits, as Debian builds it.</summary>
internal static unsafe partial class CbcCalls
{
    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_newModel")]
    public static partial nint NewModel();

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_deleteModel")]
    public static partial void DeleteModel(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_loadProblem")]
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

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_setInteger")]
    public static partial void SetInteger(nint model, int column);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_setLogLevel")]
    public static partial void SetLogLevel(nint model, int level);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_setParameter", StringMarshalling = StringMarshalling.Utf8)]
    public static partial void SetParameter(nint model, string name, string value);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_solve")]
    public static partial int Solve(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_isProvenOptimal")]
    public static partial int IsProvenOptimal(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_isProvenInfeasible")]
    public static partial int IsProvenInfeasible(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_getBestPossibleObjValue")]
    public static partial double BestBound(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_getObjValue")]
    public static partial double ObjectiveValue(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_numberSavedSolutions")]
    public static partial int SavedSolutions(nint model);

    [LibraryImport(SolverLibraries.Cbc, EntryPoint = "Cbc_bestSolution")]
    public static partial double* BestSolution(nint model);
}
