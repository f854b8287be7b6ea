namespace Plimsoll.Calibration.Profiles;

/// <summary>A batch whose attention was timed, in one layer.</summary>
internal readonly record struct AttentionPoint(
    double PrefillTokens,
    double PrefillSequences,
    double HistoryTokensEach,
    double DecodeSequences,
    double ContextTokensEach,
    double LayerSeconds,
    string File,
    int Line);
