import CBuild
import CCurl
import CodeDeployNotifications
import Foundation
import NotificationStores

/// What this program was built from and runs with, for `--version --verbose`.
enum BuildDetails {
  static var lines: [String] {
    let libcurl = String(cString: curl_version())
    let commit = String(cString: cbuild_commit())
    return [
      "cdnotify \(Version.current)",
      "commit: \(commit.isEmpty ? "unknown" : commit)",
      // libcurl's own words name the TLS library behind it.
      "libcurl: \(libcurl.split(separator: " ").first?.dropFirst("libcurl/".count) ?? "")",
      "TLS: \(tls(libcurl))",
      "SQLite: \(SQLiteStore.libraryVersion)",
    ]
  }

  /// The TLS library's part of what libcurl says of itself.
  private static func tls(_ libcurl: String) -> String {
    let libraries = ["OpenSSL", "GnuTLS", "LibreSSL", "BoringSSL", "mbedTLS", "wolfSSL", "quictls"]
    return libcurl.split(separator: " ").map(String.init).first { part in
      libraries.contains { part.hasPrefix($0) }
    } ?? "none"
  }
}
