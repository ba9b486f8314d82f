import Foundation

extension stat {
  /// Whether it is a regular file without a byte.
  package var isEmptyFile: Bool { st_mode & S_IFMT == S_IFREG && st_size == 0 }
}
