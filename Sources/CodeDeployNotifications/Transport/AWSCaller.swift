/// Makes AWS calls with one set of credentials: signs, retries, and separates errors from answers.
public struct AWSCaller: Sendable {
  /// Makes a call and returns the body of its success, which is never empty. Throws `AWSFailure`,
  /// or `CancellationError` when the calling task is cancelled.
  public var call: @Sendable (AWSCall) async throws -> [UInt8]

  /// - Parameter call: Makes a call and returns its answer's body; throws `AWSFailure`. A test can
  ///   pass its own.
  public init(call: @escaping @Sendable (AWSCall) async throws -> [UInt8]) {
    self.call = call
  }
}
