// The same with all of Foundation, which GRDB, Yams, swift-log and swift-mustache import.
import Foundation

@_silgen_name("curl_version") func curlVersion() -> UnsafePointer<CChar>

print(String(cString: curlVersion()), DateFormatter().dateFormat ?? "")
