/// What an export contains.
public struct ExportReport: Sendable, Hashable {
  /// How many records were written: deployments, registrations, mutes and watermarks.
  public internal(set) var records = 0
  /// How many registrations have secrets that were left out.
  public internal(set) var masked = 0
  /// How many notifications were being sent. An import announces those again whose outcome isn't in
  /// the export.
  public internal(set) var sending = 0
}
