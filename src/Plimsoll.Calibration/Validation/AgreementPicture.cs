namespace Plimsoll.Calibration.Validation;

/// <summary>Predicted against measured, one dot a request or configuration.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Quantity">What both axes measure, in seconds.</param>
/// <param name="Pairs">The dots.</param>
public sealed record AgreementPicture(string Title, string Quantity, IReadOnlyList<(double Predicted, double Measured)> Pairs);
