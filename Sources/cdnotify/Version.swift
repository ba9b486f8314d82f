/// The program's version, for `--version` and the `User-Agent`.
enum Version {
  static let current = "0.1.0"
}
