import CBuild
import CCurl
import CodeDeployNotifications
import Foundation
import NotificationStores

/// What the program was built from and uses at run time, for `--version --verbose`.
enum BuildDetails {
  static var lines: [String] {
    let libcurl = String(cString: curl_version())
    let commit = String(cString: cbuild_commit())
    return [
      "cdnotify \(Version.current)",
      "commit: \(commit.isEmpty ? "unknown" : commit)",
      // libcurl's version string names its TLS library.
      "libcurl: \(libcurl.split(separator: " ").first?.dropFirst("libcurl/".count) ?? "")",
      "TLS: \(tls(libcurl))",
      "SQLite: \(SQLiteStore.libraryVersion)",
    ]
  }

  /// The TLS library in libcurl's version string.
  private static func tls(_ libcurl: String) -> String {
    let libraries = ["OpenSSL", "GnuTLS", "LibreSSL", "BoringSSL", "mbedTLS", "wolfSSL", "quictls"]
    return libcurl.split(separator: " ").map(String.init).first { part in
      libraries.contains { part.hasPrefix($0) }
    } ?? "none"
  }
}
