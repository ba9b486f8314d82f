import CCurl
import Foundation

/// The system's CAs: a folder with a file for each CA, named by a hash, or one file with all of
/// them. Reading the file takes forty milliseconds, and finding one CA in the folder hardly any
/// time. On some machines the folder is empty, or somebody has added a CA to the file only.
enum SystemCAs: Equatable {
  case folder(String)
  case file(String)
  /// This libcurl was built with neither, or they don't exist: libcurl's own default applies.
  case unknown

  /// The CAs that this libcurl was built with.
  static let here: SystemCAs = {
    let information = curl_version_info(CURLVERSION_SEVENTH)?.pointee
    return of(
      file: information?.cainfo.map { String(cString: $0) },
      folder: information?.capath.map { String(cString: $0) })
  }()

  static func of(file: String?, folder: String?) -> SystemCAs {
    let file = file.flatMap { access($0, R_OK) == 0 ? $0 : nil }
    if let folder, isFilled(folder), !(file.map { isNewer($0, than: folder) } ?? false) {
      return .folder(folder)
    }
    return file.map(SystemCAs.file) ?? .unknown
  }

  /// Whether the folder has a file named as OpenSSL looks for it: eight hexadecimal digits, and a
  /// number.
  private static func isFilled(_ folder: String) -> Bool {
    guard let entries = opendir(folder) else { return false }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count == 2, parts[0].utf8.count == 8, parts[0].allSatisfy(\.isHexDigit),
        UInt8(parts[1]) != nil
      {
        return true
      }
    }
    return false
  }

  /// The same program writes both, and the folder last. The file is newer only if somebody added a
  /// CA to it alone.
  private static func isNewer(_ file: String, than folder: String) -> Bool {
    var (ofFile, ofFolder) = (stat(), stat())
    guard stat(file, &ofFile) == 0, stat(folder, &ofFolder) == 0 else { return false }
    return ofFile.st_mtim.tv_sec > ofFolder.st_mtim.tv_sec + 1
  }
}
