// The least that an idle poll does: it reads a row of the store in argument 1, posts argument 3 to
// the URL in argument 2 in argument 4's region, signed, and looks at the answer. The floor beside an
// idle poll.
import Foundation

@_silgen_name("sqlite3_open")
func open(_ path: UnsafePointer<CChar>, _ store: UnsafeMutablePointer<OpaquePointer?>) -> Int32
@_silgen_name("sqlite3_exec")
func exec(
  _ store: OpaquePointer?, _ sql: UnsafePointer<CChar>, _ row: OpaquePointer?, _ context: OpaquePointer?,
  _ error: OpaquePointer?
) -> Int32
@_silgen_name("sqlite3_close") func close(_ store: OpaquePointer?) -> Int32
@_silgen_name("curl_easy_init") func begin() -> OpaquePointer?
@_silgen_name("curl_easy_setopt")
func set(_ request: OpaquePointer?, _ option: Int32, _ value: UnsafeRawPointer?) -> Int32
@_silgen_name("curl_slist_append")
func append(_ list: OpaquePointer?, _ text: UnsafePointer<CChar>) -> OpaquePointer?
@_silgen_name("curl_easy_perform") func perform(_ request: OpaquePointer?) -> Int32
@_silgen_name("curl_easy_cleanup") func end(_ request: OpaquePointer?)

let arguments = CommandLine.arguments
let variables = ProcessInfo.processInfo.environment
var store: OpaquePointer?
guard open(arguments[1], &store) == 0, exec(store, "SELECT * FROM scope", nil, nil, nil) == 0 else {
  exit(1)
}
let request = begin()
var fields: OpaquePointer?
fields = append(fields, "Content-Type: application/x-amz-json-1.1")
fields = append(fields, "X-Amz-Target: CodeDeploy_20141006.ListDeployments")
let key = "\(variables["AWS_ACCESS_KEY_ID"] ?? ""):\(variables["AWS_SECRET_ACCESS_KEY"] ?? "")"
for (option, value) in [
  (10_002, arguments[2]), (10_165, arguments[3]), (10_305, "aws:amz:\(arguments[4]):codedeploy"),
  (10_005, key),
] as [(Int32, String)] { _ = value.withCString { set(request, option, $0) } }
_ = set(request, 10_023, UnsafeRawPointer(fields))
let result = perform(request)
end(request)
_ = close(store)
exit(result)
