namespace Plimsoll.Performance.Catalog;

/// <summary>Links of a device, each in one direction. NVLink figures of data sheets count both and are halved here.</summary>
/// <param name="ScaleUpKind">Name of the link between devices of one domain.</param>
/// <param name="ScaleUpBytesPerSecond">All scale-up links of a device together; null without such links.</param>
/// <param name="ScaleUpLinks">Number of those links; null when unknown.</param>
/// <param name="ScaleUpDevices">Devices in one domain; 1 without scale-up links.</param>
/// <param name="FullMesh">True when every pair of devices has links of its own, so that a pair uses only its share.</param>
/// <param name="PcieBytesPerSecond">Nominal PCIe bandwidth; null when there is none.</param>
/// <param name="PcieHostToDeviceBytesPerSecond">Host-to-device copies as measured; null when unknown.</param>
/// <param name="ScaleOutBytesPerSecond">Usual network bandwidth per device; null when unknown.</param>
/// <param name="Provenance">Where the numbers come from.</param>
public sealed record GpuLinks(
    string ScaleUpKind,
    double? ScaleUpBytesPerSecond,
    int? ScaleUpLinks,
    int ScaleUpDevices,
    bool FullMesh,
    double? PcieBytesPerSecond,
    double? PcieHostToDeviceBytesPerSecond,
    double? ScaleOutBytesPerSecond,
    Provenance Provenance);
