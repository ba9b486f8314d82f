import Foundation

/// Folders in which everybody can rename what isn't theirs, and put their own in its place.
package enum OpenFolder {
  /// The nearest such folder above another, which is a path without links; `nil` for none.
  package static func above(_ folder: String) -> String? {
    var folder = URL(fileURLWithPath: folder)
    // Deeper than paths can be.
    for _ in 0..<4096 where folder.path != "/" {
      folder.deleteLastPathComponent()
      var status = stat()
      guard stat(folder.path, &status) == 0 else { return nil }
      if status.st_mode & S_IWOTH != 0, status.st_mode & S_ISVTX == 0 { return folder.path }
    }
    return nil
  }
}
