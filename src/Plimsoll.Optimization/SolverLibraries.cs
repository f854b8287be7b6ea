using System.Reflection;
using System.Runtime.InteropServices;

namespace Plimsoll.Optimization;

/// <summary>
/// The native solvers that this project calls: COIN-OR CLP (linear programs) and CBC (integer programs), both under the Eclipse Public
/// License. They are optional: nothing is loaded before the first solve, and without them a solve answers with how to get them.
/// </summary>
public static class SolverLibraries
{
    internal const string Clp = "clp";
    internal const string Cbc = "cbc";

    private static readonly string[] ClpNames = ["libClp.so.1", "libClp.so", "libClp.1.dylib", "libClp.dylib", "libClp.dll", "Clp.dll"];
    private static readonly string[] CbcNames =
        ["libCbcSolver.so.3", "libCbcSolver.so", "libCbcSolver.3.dylib", "libCbcSolver.dylib", "libCbcSolver.dll", "CbcSolver.dll"];

    // One lookup for the process: a library that was loaded stays.
    private static readonly Lazy<string?> Lookup = new(Look);

    /// <summary>Null when both solvers can be used; otherwise what is missing and how to get it, in one sentence or two.</summary>
    public static string? Missing => Lookup.Value;

    /// <summary>Returns when both solvers can be used.</summary>
    /// <exception cref="SolverMissingException">One of them cannot.</exception>
    internal static void Require()
    {
        if (Missing is string reason)
        {
            throw new SolverMissingException(reason);
        }
    }

    private static string? Look()
    {
        nint clp = Load(ClpNames);
        nint cbc = Load(CbcNames);
        if (clp == 0 || cbc == 0)
        {
            string which = clp != 0 ? "CBC is" : cbc != 0 ? "CLP is" : "CBC and CLP are";
            return $"COIN-OR {which} not installed. On Debian and Ubuntu: apt-get install coinor-libcbc3 coinor-libclp1.";
        }

        NativeLibrary.SetDllImportResolver(typeof(SolverLibraries).Assembly, (name, _, _) => name == Clp ? clp : name == Cbc ? cbc : 0);
        return null;
    }

    private static nint Load(string[] names)
    {
        Assembly assembly = typeof(SolverLibraries).Assembly;
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, assembly, null, out nint handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
