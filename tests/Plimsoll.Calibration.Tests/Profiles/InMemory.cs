using System.Text;
using Plimsoll.Calibration.Profiles;
using Plimsoll.Performance.Catalog;

namespace Plimsoll.Calibration.Tests.Profiles;

/// <summary>Files and targets for tests.</summary>
internal static class InMemory
{
    public static SourceFile File(string name, string text) => new(name, () => new MemoryStream(Encoding.UTF8.GetBytes(text)));

    public static CalibrationTarget Target(string? model = null, string? gpu = null, int tensorParallel = 1) => new()
    {
        Catalog = CatalogReader.BuiltIn,
        Model = model is null ? null : CatalogReader.BuiltIn.FindModel(model)!,
        Gpu = gpu is null ? null : CatalogReader.BuiltIn.FindGpu(gpu)!,
        TensorParallel = tensorParallel,
    };

    public static SourceReading Read(CalibrationTarget target, params SourceFile[] files) => SourceReader.Read(files, target);
}
