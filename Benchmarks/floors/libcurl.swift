// What a Swift program that uses libcurl costs before it does anything: the floor beside `--version`.
@_silgen_name("curl_version") func curlVersion() -> UnsafePointer<CChar>

print(String(cString: curlVersion()))
