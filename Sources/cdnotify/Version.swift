/// This program's version, as `--version` and the `User-Agent` give it.
enum Version {
  static let current = "0.1.0"
}
