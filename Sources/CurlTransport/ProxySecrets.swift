import CodeDeployNotifications
import Foundation

extension CurlEngine {
  /// Users and passwords of the proxies that libcurl reads from the environment: a proxy that
  /// refuses a request may repeat them.
  ///
  /// https://everything.curl.dev/usingcurl/proxies/env.html
  package static var proxySecrets: [Secret] {
    let names = [
      "http_proxy", "https_proxy", "HTTPS_PROXY", "smtp_proxy", "SMTP_PROXY", "all_proxy",
      "ALL_PROXY",
    ]
    return names.flatMap { name -> [Secret] in
      guard let value = getenv(name).map({ String(cString: $0) }), value.contains("@") else {
        return []
      }
      return AddressSecrets.of(value.contains("://") ? value : "http://\(value)")
    }
  }
}
