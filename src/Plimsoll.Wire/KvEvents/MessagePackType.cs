namespace Plimsoll.Wire.KvEvents;

/// <summary>Kinds of values in MessagePack.</summary>
internal enum MessagePackType
{
    Nil,
    Flag,
    Whole,
    Real,
    Text,
    Bytes,
    Array,
    Map,
    Extension,
}
